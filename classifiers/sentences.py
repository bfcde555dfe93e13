"""Sentences of mail: lines, bullets, greetings and full stops as people type them.

Mail breaks lines where a program wrapped them and where a person pressed return; the test that tells them apart is
whether the next word would still have fitted on the line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

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
_MARGIN = " \t\r\n>\u00a0"  # before a sentence
_WIDEST_WRAP = 100
_LONG_LINE = 45  # who writes on in lower case after such a line did not end a sentence


class Span(NamedTuple):
    """A stretch of a text. A tuple: a hundred are made for each message."""

    start: int
    end: int


class Cut:
    """A text ready to be cut into sentences, as far as somebody asks for them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = _lines(text)
        self._width = max([end - start for start, end in self._lines if end > start], default=0)

    def sentences(self) -> Iterator[Span]:
        """Give all sentences, in order, without the white space around them."""
        first = 0
        while first < len(self._lines):
            last = self._last(first)
            yield from self._within(first, last)
            first = last + 1

    def sentences_at(self, places: Iterable[int]) -> Iterator[Span]:
        """Give, each once, the sentences that hold one of the places, which ascend."""
        starts = [start for start, _ in self._lines]
        spans, done = list[Span](), -1
        for place in places:
            if place >= done:
                line = bisect_right(starts, place) - 1
                last = self._last(line)
                spans = self._within(self._first(line), last)
                done = starts[last + 1] if last + 1 < len(starts) else len(self._text) + 1
            while spans and spans[0].end <= place:
                spans.pop(0)
            if spans and spans[0].start <= place:
                yield spans.pop(0)

    def _within(self, first: int, last: int) -> list[Span]:
        return _within(self._text, self._lines[first][0], self._lines[last][1])

    def _first(self, line: int) -> int:
        """Give the first line of the block that a line is in: a block is what a program wrapped."""
        while line > 0 and not self._ends(line - 1):
            line -= 1
        return line

    def _last(self, line: int) -> int:
        while line + 1 < len(self._lines) and not self._ends(line):
            line += 1
        return line

    def _ends(self, line: int) -> bool:
        return _ends_block(self._text, self._lines[line], self._lines[line + 1], self._width)


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


def _within(text: str, start: int, end: int) -> list[Span]:
    """Cut one block at the ends of its sentences."""
    spans: list[Span] = []
    begun = start
    for match in _END.finditer(text, start, min(end + 1, len(text))):
        stop = match.end()
        is_number = len(text[begun : match.start()].strip(" \t\r\n>")) <= 2  # "1." or "> 1." before an item
        if stop < end and not is_number and _is_end(text, match, end):
            spans += _trimmed(text, begun, stop)
            begun = stop
    spans += _trimmed(text, begun, end)
    return spans


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


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    """Leave out white space and marks of quotation around a sentence, and cut what is too long."""
    kept = text[start:end].lstrip(_MARGIN)
    start = end - len(kept)
    end = start + len(kept.rstrip())
    spans: list[Span] = []
    while end - start > LONGEST:
        cut = text.rfind(" ", start, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        spans.append(Span(start, cut))
        start = cut
    return [*spans, Span(start, end)] if end > start else spans
