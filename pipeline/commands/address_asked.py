"""An address as a person names it on the command line: alone, in angles behind a name, or copied from a link."""

import re
from urllib.parse import unquote

from pipeline.errors import NotAnAddress

_ANGLES = re.compile(r"[^<>]*<\s*([^<>]*?)\s*>")
_LINK = re.compile(r"mailto:([^?]*)(?:\?.*)?", re.IGNORECASE)  # RFC 6068
_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_WHOLE = re.compile(rf"{_LOCAL}@\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*")


def address_asked(words: str) -> str:
    """Give the one address that is meant, as it was written; raise NotAnAddress for anything else."""
    told = words.strip()
    if angled := _ANGLES.fullmatch(told):
        told = angled[1]
    if link := _LINK.fullmatch(told):
        told = unquote(link[1])
    told = told.strip().rstrip(".,;")
    if not _WHOLE.fullmatch(told):
        raise NotAnAddress(words)
    return told
