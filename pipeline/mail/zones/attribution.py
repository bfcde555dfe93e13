"""The line above quoted mail that says who wrote it: `On <date>, <name> wrote:`, often folded over several lines."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.verdict import Writer
from pipeline.mail.zones.fieldwords import OPENERS, WROTE
from pipeline.mail.zones.lines import Line
from pipeline.mail.zones.writers import writer_after_date

_END = re.compile(rf"(?:\b(?:{WROTE})\b[^:\n]{{0,60}}:|\b(?:{WROTE})\s*:?)[\s*-]*$", re.I)
_BARE_END = re.compile(r"<[^<>\s]+@[^<>\s]+>(?:\s\w{1,12}){0,2}\s?:$")
_LAST = (":", *(verb for verb in WROTE.split("|") if verb.isascii()))
_BEHIND = string.whitespace + "\x1c\x1d\x1e\x1f*-"  # what \s takes of ASCII, and marks of emphasis
_SIGNS = (":", ":*", "-")
OPENS = re.compile(rf"(?:[-*]+\s*)?(?:{OPENERS})\b", re.I)
_DATED = re.compile(r"\d{1,4}[./-]\d{1,2}|\b\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b")
_LINES = 4
_LENGTH = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribution:
    """Who wrote what follows; `body` is the first line behind it."""

    body: int
    writer: Writer


def attribution_at(lines: Sequence[Line], at: int) -> Attribution | None:
    """Say whether an attribution begins at a line."""
    if len(lines[at].content) > _LENGTH:
        return None
    opened = OPENS.match(lines[at].content) is not None
    if not opened and not _may_end_soon(lines, at):
        return None
    joined = ""
    for here in range(at, min(at + (_LINES if opened else 2), len(lines))):
        content = lines[here].content
        if not content or len(joined) > _LENGTH or (here > at and not opened and OPENS.match(content)):
            return None
        joined = f"{joined} {content}".strip()
        if may_end(joined) and (_END.search(joined) or (_BARE_END.search(joined) and _DATED.search(joined))):
            return _judged(lines, at, here, joined, opened=opened)
    return None


def may_end(joined: str) -> bool:
    """Say whether words may end as an attribution does, which most do not; other letters than ASCII always may."""
    return joined.rstrip(_BEHIND).lower().endswith(_LAST) or not joined.isascii()


def _may_end_soon(lines: Sequence[Line], at: int) -> bool:
    return lines[at].content.endswith(_SIGNS) or (at + 1 < len(lines) and lines[at + 1].content.endswith(_SIGNS))


def _judged(lines: Sequence[Line], at: int, last: int, joined: str, *, opened: bool) -> Attribution | None:
    """Decide by what stands in it: a date or an address, and a colon or quoted lines below."""
    addressed = "@" in joined
    dated = _DATED.search(joined) is not None
    closed = joined.rstrip("* -").endswith(":")
    quoted = _quoted_below(lines, at, last)
    certain = opened and addressed and dated
    likely = (addressed or dated) and (closed or (opened and quoted))
    short = closed and quoted and len(joined.split()) <= 12
    if not (certain or likely or short) or (not opened and last > at and not addressed):
        return None
    return Attribution(body=last + 1, writer=writer_after_date(_END.sub("", joined)))


def _quoted_below(lines: Sequence[Line], at: int, last: int) -> bool:
    below = (line for line in lines[last + 1 : last + 4] if line.content)
    return next((line.depth > lines[at].depth for line in below), False)
