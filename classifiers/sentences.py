"""Sentences of mail: lines, bullets, greetings and full stops as people type them.

Mail breaks lines where a program wrapped them and where a person pressed return; the test that tells them apart is
whether the next word would still have fitted on the line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1_500  # characters; what is longer is cut at a space: no sentence of a person is
_BULLET = re.compile(
    r"[ \t>]*(?:[-*\u2022\u00b7\u2013\u2014o]\s|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s"
    r"|\d{1,2}\s+[A-Z][A-Za-z/& ]{1,40}:|\[\d)"  # the last: "4 Use: ..." of a form
)
_LABEL = re.compile(r"[A-Z][a-z]+(?: [a-z]+){0,3}: +\S")  # "Purpose: ...", a line of a form
_END = re.compile(r"[.?!\u2026]+[\"'\u2019\u201d)\]]*(?=\s)")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "eg",
        "i.e",
        "ie",
        "etc",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "sr",
        "st",
        "no",
        "nos",
        "p",
        "pp",
        "vol",
        "fig",
        "ref",
        "tel",
        "ext",
        "approx",
        "cf",
        "vs",
        "al",
        "ed",
        "eds",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "dept",
        "hon",
        "incl",
        "esp",
        "max",
        "min",
        "avg",
        "est",
        "para",
        "sec",
        "ch",
        "art",
    ]
)
_LAST_WORD = re.compile(r"[\w.&']+$")
_WIDEST_WRAP = 100
_LONG_LINE = 45  # who writes on in lower case after such a line did not end a sentence


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text."""

    start: int
    end: int


def sentences_in(text: str) -> tuple[Span, ...]:
    """Split a text into sentences, in order, without the white space around them."""
    found: list[Span] = []
    for start, end in _blocks(text):
        found.extend(_within(text, start, end))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Give stretches that belong together over line breaks: what a program wrapped."""
    lines = _lines(text)
    lengths = [end - start for start, end in lines if end > start]
    width = max(lengths, default=0)
    begun = None
    for place, (start, end) in enumerate(lines):
        begun = start if begun is None else begun
        following = lines[place + 1] if place + 1 < len(lines) else None
        if following is None or _ends_block(text, (start, end), following, width):
            yield begun, end
            begun = None


def _lines(text: str) -> list[tuple[int, int]]:
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((start, start + len(line.rstrip())))
        start += len(line) + 1
    return lines


def _ends_block(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    start, end = line
    after = text[following[0] : following[1]].lstrip(" \t>")
    if end == start or not after or _BULLET.match(text, following[0], following[1]):
        return True
    if _LABEL.match(after):
        return True
    if text[end - 1] in ":;" and not (text[end - 1] == ";" and after[0].islower()):
        return True
    if after[0].islower() and text[end - 1] not in ".?!" and end - start >= _LONG_LINE:
        return False
    if text[end - 1] == "-" and text[end - 2].isalpha():
        return False
    if width > _WIDEST_WRAP:  # nothing was wrapped: a line end is a person's
        return not (text[end - 1] == "," and end - start > _LONG_LINE)
    return end - start + 1 + len(after.split(maxsplit=1)[0]) <= width - 4


def _within(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut one block at the ends of its sentences."""
    begun = start
    for match in _END.finditer(text, start, min(end + 1, len(text))):
        stop = match.end()
        is_number = len(text[begun : match.start()].strip()) <= 2  # "1." before an item
        if stop < end and not is_number and _is_end(text, match, end):
            yield from _trimmed(text, begun, stop)
            begun = stop
    yield from _trimmed(text, begun, end)


def _is_end(text: str, match: re.Match[str], end: int) -> bool:
    if text[match.start()] in "?!":
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 15), match.start())
    before = word.group().lower() if word else ""
    following = text[match.end() : end].lstrip()[:1]
    if before in _ABBREVIATIONS:
        return before in ("etc", "al") and following.isupper()
    if len(before) == 1 and before.isalpha() and before not in "ai":  # an initial
        return False
    return not before.isdigit() or len(before) > 2 or following.isupper()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start] in " \t\r\n>\u00a0":
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        yield Span(start, cut)
        start = cut
    if end > start:
        yield Span(start, end)
