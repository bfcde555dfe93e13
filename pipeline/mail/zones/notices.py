"""Text that nobody wrote to us: disclaimers, virus notices, banners, "sent from my BlackBerry"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.mail.zones.lines import Line
from pipeline.mail.zones.noticewords import STEMS, notice_at

_REACH = 240  # characters around a stem in which a notice's words stand
_DEVICE = re.compile(
    r"(?:sent|envoyé|gesendet|anfonwyd|posted|get|skickat|sendt|enviado|inviato|verzonden|verstuurd|lähetetty)\b"
    r"[^.?!\n]{0,60}?\b(?:black\s?berry|iphone|ipad|ipod|android|nokia|htc|mobile|mobil|handheld|smartphone|phone|"
    r"wireless|device|tablet|samsung|windows|yahoo!?\smail|outlook|palm|treo|o2|vodafone|orange|t-mobile|"
    r"fy\sffôn|proton\smail)\b[^?!\n]{0,60}",
    re.I,
)
_DEVICE_OPEN = re.compile(
    r"(?:sent|envoyé|gesendet|anfonwyd|get|skickat|sendt|enviado|inviato|verzonden|verstuurd)\b", re.I
)
_BANNER = re.compile(
    r"\b(?:read|visit|find out|find us|follow|see|register|sign up|book|download|available|join|discover|get)\b.*"
    r"\b(?:web\s?site|online|www|twitter|facebook|our site|newsletter)\b",
    re.I,
)
_SPEAKS = re.compile(r"\b(?:i|i'm|i've|we|my|me|us)\b", re.I)
_RULER = re.compile(r"[*_=\-~#\s]{5,}")
_DASHES = re.compile(r"[-_*=~ ]{2,}")
_OPENER = re.compile(
    r"(?:[*\[<(\s\-]*)(?:this|the (?:information|contents?|original|above|views)|any views|important|confidential|"
    r"disclaimer|legal|email|e-mail|if you|please (?:consider|think|note)|uk parliament|mae'r|mae hon|ar ôl gadael|"
    r"our communications|caution|warning|notice|privileged|unless|p please)",
    re.I,
)
_PARAGRAPH = 6_000


def notice_lines(lines: Sequence[Line], start: int, end: int) -> set[int]:
    """Give the places of the lines between two that are notices.

    A notice runs from the line it begins on to the end of its paragraph; paragraphs between two rulers of stars or
    dashes belong together. Rulers around a notice go with it.
    """
    found: set[int] = set()
    whole = " ".join([line.content for line in lines[start:end]]).lower()
    stems = [stem for stem in STEMS if stem in whole]  # few: so that paragraphs are not searched for all of them
    rulers = [at for at in range(start, end) if is_ruler(lines[at].content)]
    for first, last in _paragraphs(lines, start, end, frozenset(rulers)):
        begins = _begin(lines, first, last, stems)
        if begins is not None:
            found.update(range(begins, last))
    return _with_rulers(lines, start, end, found, rulers) if found else found


def is_device_line(content: str) -> bool:
    """Say whether a line is one that a telephone adds ("Sent from my BlackBerry")."""
    if len(content) >= 110 or "," in content or not _DEVICE_OPEN.match(content) or len(content.split()) > 9:
        return False
    return bool(_DEVICE.fullmatch(content.rstrip(". ")))


def is_banner(content: str) -> bool:
    """Say whether a line below a signature is an organisation's advertisement: nobody speaks in it or asks anything."""
    return bool(_BANNER.search(content)) and not _SPEAKS.search(content) and "?" not in content


def is_ruler(content: str) -> bool:
    """Say whether a line is a ruler."""
    return len(content) >= 5 and content[0] in "*_=-~#" and bool(_RULER.fullmatch(content))


def _paragraphs(lines: Sequence[Line], start: int, end: int, rulers: frozenset[int]) -> list[tuple[int, int]]:
    """Split into paragraphs, at blank lines and rulers."""
    out = []
    first = None
    for at in range(start, end + 1):
        inside = at < end and lines[at].content and at not in rulers
        if inside and first is None:
            first = at
        elif not inside and first is not None:
            out.append((first, at))
            first = None
    return out


def _begin(lines: Sequence[Line], first: int, last: int, stems: Sequence[str]) -> int | None:
    """Say on which line of a paragraph a notice begins, if one does."""
    for at in range(first, last):
        if is_device_line(lines[at].content):
            return at - 1 if at > first and _DASHES.fullmatch(lines[at - 1].content) else at
    if not stems:
        return None
    joined = " ".join([line.content for line in lines[first:last]])[:_PARAGRAPH]
    offset = _notice_offset(joined, stems)
    return None if offset is None else _line_of(lines, first, last, offset)


def _notice_offset(joined: str, stems: Sequence[str]) -> int | None:
    """Give the offset at which a notice's words stand; only the neighbourhood of its stems is looked at."""
    looked = 0
    low = joined.lower()
    for place in sorted(_places(low, stems)):
        if place < looked:
            continue
        looked = place + _REACH
        begins = notice_at(joined, low, max(0, place - _REACH), looked)
        if begins is not None:
            return begins
    return None


def _places(low: str, stems: Sequence[str]) -> Iterator[int]:
    """Give the offsets of stems in a text in lower case."""
    for stem in stems:
        place = low.find(stem)
        while place >= 0:
            yield place
            place = low.find(stem, place + _REACH // 2)


def _line_of(lines: Sequence[Line], first: int, last: int, offset: int) -> int:
    """Find the line that an offset of the joined paragraph lies on, or the opening line of its sentence above."""
    seen = 0
    hit = first
    for at in range(first, last):
        if offset < seen + len(lines[at].content) + 1:
            hit = at
            break
        seen += len(lines[at].content) + 1
    return next((at for at in range(first, hit + 1) if _OPENER.match(lines[at].content)), hit)


def _with_rulers(lines: Sequence[Line], start: int, end: int, found: set[int], rulers: Sequence[int]) -> set[int]:
    """Add rulers beside notices, and whole paragraphs that stand with a notice between two rulers."""
    for upper, lower in pairwise(rulers):
        if lower - upper < 40 and any(at in found for at in range(upper, lower)):
            found.update(range(upper, lower + 1))
    for at in rulers:
        if _beside(lines, at, start, end, found):
            found.add(at)
    return found


def _beside(lines: Sequence[Line], at: int, start: int, end: int, found: set[int]) -> bool:
    after = next((place for place in range(at + 1, min(at + 3, end)) if lines[place].content), None)
    before = next((place for place in range(at - 1, max(at - 3, start - 1), -1) if lines[place].content), None)
    return after in found or (before in found and after is None)
