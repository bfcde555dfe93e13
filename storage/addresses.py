"""Addresses as they are found again: whole, whatever their case, and however letters beyond ASCII are written."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, or_

_CODED = "xn--"  # begins a label of a domain that stands for one with other letters (RFC 5890, 2.3.2.1)
_ANY = "%"


def folded(text: str) -> str:
    """Give text without regard to case, accents composed; ß and ss stay two: they may be two people."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).lower()


def forms_of(address: str) -> tuple[str, ...]:
    """Give an address folded, as its domain is written in letters and as it is sent (`xn--…`)."""
    local, at, domain = folded(address.strip()).rpartition("@")
    spelt = ".".join(_decoded(label) for label in domain.split("."))
    sent = ".".join(_encoded(label) for label in spelt.split("."))
    return tuple(dict.fromkeys(local + at + one for one in (domain, spelt, sent)))


def naming(forms: Collection[str]) -> re.Pattern[str]:
    """Give what finds the forms of an address in folded text: of `ann@example.org` not joann@…, nor ….org.uk.

    Before it `.`, `+`, `-`, `'` and `&` belong to an address where they follow a letter (RFC 5322, 3.2.3: atext);
    elsewhere to the text around it: 'ann@example.org' in quotation marks.
    """
    any_of_them = "|".join(map(re.escape, forms))
    return re.compile(rf"(?<!\w)(?<!\w[.+'&-])(?:{any_of_them})(?!\w|[.-]\w)")


def naming_file(forms: Collection[str]) -> re.Pattern[str]:
    """Give what finds the forms of an address in a file's folded name: `2011_ann@example.org-2.mbox`, not joann@….

    Anything but letters may stand around it: rather one name too many is taken away.
    """
    any_of_them = "|".join(map(re.escape, forms))
    return re.compile(rf"(?<![^\W_])(?:{any_of_them})(?![^\W\d_])")


def may_hold(columns: Iterable[Any], forms: Collection[str], *, whole: bool = False) -> ColumnElement[bool]:
    """Select what may hold an address, alone (`whole`) or among other words; the caller compares what it finds.

    SQLite knows the case of ASCII letters alone, so any others do here.
    """
    around = "" if whole else _ANY
    patterns = [around + "".join(map(_pattern, form)) + around for form in forms]
    return or_(*(func.lower(column).like(pattern, escape="\\") for column in columns for pattern in patterns))


def _pattern(letter: str) -> str:
    if not letter.isascii():
        return _ANY
    return f"\\{letter}" if letter in "\\%_" else letter


def _decoded(label: str) -> str:
    if not label.startswith(_CODED):
        return label
    try:
        return folded(label.removeprefix(_CODED).encode("ascii").decode("punycode"))
    except UnicodeError:  # it stands for nothing
        return label


def _encoded(label: str) -> str:
    return label if label.isascii() else _CODED + label.encode("punycode").decode("ascii")
