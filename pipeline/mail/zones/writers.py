"""The writer of an earlier mail, as the lines above it name them."""

import re

from classifiers.verdict import Writer

_MAILTO = re.compile(r"[\[(<]?\s*mailto:\s*([^\s\]>)]{3,254})[\])>]?", re.I)
_ADDRESS = re.compile(r"<?([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})>?")
_ON_BEHALF = re.compile(r"\bon behalf of\b.*", re.I)
_AFTER_TIME = re.compile(r"\d\d(?:\s*[AaPp]\.?[Mm]\.?)?\s*(?:\([^)]*\))?,?\s|\b(?:19|20)\d\d,?\s")
_LENGTH = 120


def writer_in(value: str) -> Writer:
    """Read the writer in a From line: `Name [mailto:a@b]`, `Name <a@b>`, `Name/Org@Domain`, an address or a name."""
    value = " ".join(value.split())[:300]
    address = address_in(value)
    if "/" in address.partition("@")[0] and "." not in address.partition("@")[2]:  # a Notes name, no address
        return Writer(name=value.partition("/")[0].strip())
    name = _ON_BEHALF.sub("", _ADDRESS.sub(" ", _MAILTO.sub(" ", value)))
    name = " ".join(name.split()).replace("()", "").strip(" ,;<>[]\"'*")
    return Writer(name=name[:_LENGTH], address=address.strip(".,;"))


def writer_after_date(value: str) -> Writer:
    """Read the writer in `On <date> at <time>, <name> <address>`."""
    name = _AFTER_TIME.split(_ADDRESS.sub("", _MAILTO.sub(" ", value)))[-1]
    return Writer(name=name.strip(' ,:<>[]()"*-')[:_LENGTH], address=address_in(value))


def address_in(value: str) -> str:
    """Give the address in a line, that of a `mailto:` link first; "" when there is none."""
    found = _MAILTO.search(value) or _ADDRESS.search(value)
    return found[1] if found else ""
