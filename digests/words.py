"""Text out of messages, made fit to be shown anywhere: no control characters, one line, of bearable length."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

# Excel and LibreOffice read a cell that begins so as a formula; the wide forms count in East Asian locales.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_000  # a spreadsheet cell holds 32,767 characters
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_LINK = re.compile(r"\](?=\()")


def plain(text: str) -> str:
    """Fold white space and take out what only machines see: control characters, marks that turn the direction of text.

    Lone surrogates (a mail library's way to keep undecodable bytes) and non-characters become U+FFFD: no file format
    and no database takes them.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (_shown(character) for character in text.translate(_BIDI))
    return " ".join("".join(kept).split())


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet might take the text for a formula; an apostrophe before it does not change that."""
    return text.lstrip("'’ ").startswith(FORMULA_STARTS)


def csv_text(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would read as a formula (the data dictionary says so)."""
    return f"'{text}" if looks_like_formula(text) else text


def sheet_text(text: str) -> str:
    """Make text inert for a spreadsheet: links in square and round brackets broken, over-long text cut saying so."""
    unlinked = _LINK.sub("] ", cut(text))
    return unlinked if any(map(str.isalnum, unlinked)) or not unlinked else f"text: {unlinked}"


def cut(text: str, limit: int = LONGEST_CELL) -> str:
    """Cut over-long text, saying so and how long it was."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]} [cut here: {len(text):,} characters in all, the CSV and JSON files hold them]"


def without_prefix(titles: Sequence[str]) -> list[str]:
    """Take away what several titles begin with before a colon: "Citizenship Survey: Headline" becomes "Headline"."""
    starts = Counter(title.partition(": ")[0] for title in titles if ": " in title)
    return [_without(title, starts) for title in titles]


def file_name(*parts: str) -> str:
    """Join words to a file name as the guidance wants it: lower case, dashes, 60 characters or fewer."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")[:60].rstrip("-")


def _without(title: str, starts: Counter[str]) -> str:
    start, _, rest = title.partition(": ")
    return rest if starts[start] > 1 else title


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cc":
        return ""
    noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return "\ufffd" if category == "Cs" or noncharacter else character
