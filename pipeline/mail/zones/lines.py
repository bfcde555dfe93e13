"""The lines of a body with their offsets and quotation marks."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_MARKS = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")
_MORE_THAN = re.compile(r"[ \t]{0,3}>[ \t]?[\d£$€.,]+[ \t]?%?")


class Line(NamedTuple):
    """One line: `start` is its offset in the text, `depth` counts its `>` marks, `content` is what follows them.

    A tuple: a hundred are made for each message.
    """

    start: int
    text: str
    depth: int
    content: str

    @property
    def end(self) -> int:
        """Give the offset behind the line, its line end left out."""
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        """Say whether nothing but white space and marks stands in it."""
        return not self.content


def lines_of(text: str) -> list[Line]:
    """Split a text into lines; `>` marks are counted where they quote, not where they mean "more than"."""
    lines: list[Line] = []
    start = depth = 0
    for raw in text.split("\n"):
        marks = _MARKS.match(raw) if ">" in raw[:4] else None
        if marks and ((not depth and _MORE_THAN.match(raw)) or _is_head(raw)):  # below a quoted line all are quoted
            marks = None
        depth = marks[1].count(">") if marks else 0
        lines.append(Line(start, raw, depth, (raw[marks.end() :] if marks else raw).strip()))
        start += len(raw) + 1
    return lines


def _is_head(raw: str) -> bool:
    """Say whether a line is GroupWise's head of a quoted mail: `>>> Name date >>>`."""
    return raw.startswith(">>>") and len(raw) < 130 and raw.rstrip().endswith(">>>") and len(raw) > 8


def one_of(*alternatives: str) -> re.Pattern[str]:
    """Compile alternatives into one pattern; capitals do not matter, and a dot takes line ends too."""
    return re.compile("|".join(f"(?:{one})" for one in alternatives), re.I | re.S)


def words_in(lines: Sequence[Line]) -> int:
    """Count the words of some lines."""
    return sum(len(line.content.split()) for line in lines)
