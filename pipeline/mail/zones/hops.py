"""Where earlier mail begins in a body, and who wrote it: the header blocks and lines that mail programs put there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from classifiers.verdict import Writer
from pipeline.mail.zones.attribution import OPENS, attribution_at
from pipeline.mail.zones.fieldwords import FIELD_WORDS, FORWARDED, ORIGINAL
from pipeline.mail.zones.lines import Line
from pipeline.mail.zones.writers import writer_in


class HopKind(StrEnum):
    """How a mail program marked the earlier mail."""

    FORWARD = "forward"  # it says that it forwards
    BLOCK = "block"  # From, Sent, To, Subject: replies and forwards look alike
    WROTE = "wrote"  # "On ... wrote:": replies


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """The head of an earlier mail: its lines are `first` up to (not with) `body`."""

    first: int
    body: int
    kind: HopKind
    writer: Writer
    depth: int = 0
    reply: bool = False  # its own subject says that it answers something


_RULE = re.compile(r"[_\-=*~]{4,}")
_MARKER = re.compile(rf"[-_=*\s]*(?:({FORWARDED})|({ORIGINAL}))\s*:?[-_=*\s]*", re.I)
_MARKED = re.compile(r"^[-_=*>\s]{2,}|[-_=*]{2,}\s*$|:$")
_FIELD = re.compile(r"\*?_?([^\W\d_][^:*\d]{0,17}?)\s*\*?_?:\*?_?(?:\s|$|(?=\S))(.*)")
_DATED = re.compile(r"\d{1,4}[./-]\d{1,2}|\b\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b")
_GROUPWISE = re.compile(r"\s?>{3}\s*(.{2,120}?)\s*>{3}\s*$")
_NOTES_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [\w'’.-]+){1,4}/[\w /&.-]{2,40}(?:@[\w.-]+)?")
_COLUMN_TO = re.compile(r"(?:^|\s\s)To:?\s\s+\S", re.I)
_COLUMN_SUBJECT = re.compile(r"(?:^|\s\s)Subject:?\s+\S", re.I)
_REPLY = re.compile(r"(?:re|aw|sv|antw|ynghylch)\s*:", re.I)
_WINDOW = 14


def hop_at(lines: Sequence[Line], at: int) -> Hop | None:
    """Say whether an earlier mail begins at a line. Looks ahead no more than a few lines."""
    if not lines[at].content or not may_begin(lines, at):
        return None
    return head_at(lines, at)


def may_begin(lines: Sequence[Line], at: int) -> bool:
    """Say whether a line has anything of a head at all; most have not, and telling that costs little."""
    here, content = lines[at], lines[at].content
    after = lines[at + 1] if at + 1 < len(lines) else here
    return (
        content[0] in "-_=*~>"
        or content[-1] in "-_=*:"
        or after.content.endswith((":", "*", "-"))
        or "   " in here.text
        or "   " in after.text
        or ">>>" in here.text
        or (":" in content[:24] and _field(here) is not None)
        or ("/" in content and _NOTES_NAME.fullmatch(content) is not None)
        or OPENS.match(content) is not None
    )


def head_at(lines: Sequence[Line], at: int) -> Hop | None:
    """Read the head of an earlier mail, whichever kind it is."""
    return _marker(lines, at) or _ruled(lines, at) or _block(lines, at) or _wrote(lines, at) or _other(lines, at)


def first_hop(lines: Sequence[Line], start: int, end: int, *, depth: int = 0) -> Hop | None:
    """Find the first head of an earlier mail between two lines that stands at a depth of quotation."""
    for at in range(start, end):
        if lines[at].depth <= depth and (hop := hop_at(lines, at)):
            return hop
    return None


def _marker(lines: Sequence[Line], at: int) -> Hop | None:
    """Read `-----Original Message-----`, `Begin forwarded message:` and their like."""
    content = lines[at].content
    if len(content) > 220 or not (content[0] in "-_=*>" or content[-1] in "-_=*:") or not _MARKED.search(content):
        return None
    match = _MARKER.fullmatch(content)
    if not match:
        return None
    after = _skip_blank(lines, at + 1, 3)
    block = _block(lines, after, enough=1) if after < len(lines) else None
    kind = HopKind.FORWARD if match[1] else HopKind.BLOCK
    if block:
        return Hop(first=at, body=block.body, kind=kind, writer=block.writer, depth=lines[at].depth, reply=block.reply)
    column = _lotus(lines, after) if after < len(lines) else None
    writer = column.writer if column else Writer()
    return Hop(first=at, body=column.body if column else at + 1, kind=kind, writer=writer, depth=lines[at].depth)


def _ruled(lines: Sequence[Line], at: int) -> Hop | None:
    """Read a ruled line with a header block right below it."""
    content = lines[at].content
    if len(content) < 4 or content[0] not in "_-=*~" or not _RULE.fullmatch(content.replace(" ", "")):
        return None
    after = _skip_blank(lines, at + 1, 2)
    hop = (_block(lines, after) or _wrote(lines, after)) if after < len(lines) else None
    if hop is None:
        return None
    return Hop(first=at, body=hop.body, kind=hop.kind, writer=hop.writer, depth=lines[at].depth, reply=hop.reply)


def _block(lines: Sequence[Line], at: int, enough: int = 2) -> Hop | None:
    """Read a block of From, Sent, To and Subject lines, in any order and language; long ones may be folded."""
    first = _field(lines[at])
    if first is None or first[0] == "other":
        return None
    values: dict[str, str] = {}
    here = at
    last = ""
    while here < len(lines) and here < at + _WINDOW and lines[here].content:
        found = _field(lines[here])
        if found and found[0] not in values:
            values[found[0]] = found[1]
            last = found[0]
        elif found is None and (last in ("to", "cc") or not values.get(last, "x")) and here > at:
            values[last] = f"{values[last]} {lines[here].content}".strip()
        elif found is None and not _continues(lines, here, values):
            break
        here += 1
    if not _is_block(values, enough):
        return None
    return Hop(
        first=at,
        body=here,
        kind=HopKind.BLOCK,
        writer=writer_in(values.get("from", "")),
        depth=lines[at].depth,
        reply=bool(_REPLY.match(values.get("subject", ""))),
    )


def _continues(lines: Sequence[Line], here: int, values: dict[str, str]) -> bool:
    """Say whether a line without a field goes on with the folded one above: more fields come right after it."""
    return "subject" not in values and here + 1 < len(lines) and _field(lines[here + 1]) is not None


def _is_block(values: dict[str, str], enough: int) -> bool:
    kinds = set(values) - {"other"}
    if "from" not in kinds:
        return enough == 1 and len(kinds) >= 2
    if len(kinds) >= 3 or (enough == 1 and kinds):
        return True
    return len(kinds) == 2 and ("subject" in kinds or "sent" in kinds or "@" in values["from"])


def _field(line: Line) -> tuple[str, str] | None:
    """Give the kind and the value of a header line, or None."""
    head = line.content[:24]
    if ":" not in head:
        return None
    match = _FIELD.match(line.content)
    kind = FIELD_WORDS.get(" ".join(match[1].lower().split())) if match else None
    return (kind, match[2].strip(" *")) if kind and match else None


def _wrote(lines: Sequence[Line], at: int) -> Hop | None:
    found = attribution_at(lines, at)
    if found is None:
        return None
    return Hop(first=at, body=found.body, kind=HopKind.WROTE, writer=found.writer, depth=lines[at].depth)


def _other(lines: Sequence[Line], at: int) -> Hop | None:
    """Read GroupWise's `>>> Name date >>>` and the columns of Lotus Notes."""
    group = _GROUPWISE.match(lines[at].text) if ">>>" in lines[at].text else None
    if group and _DATED.search(group[1]):
        return Hop(first=at, body=at + 1, kind=HopKind.BLOCK, writer=writer_in(_undated(group[1])), depth=0)
    return _lotus(lines, at) or _notes_plain(lines, at)


def _notes_plain(lines: Sequence[Line], at: int) -> Hop | None:
    """Read a Lotus Notes head without columns: `Ann Rowe/ORG`, a date, then To, cc and Subject."""
    if "/" not in lines[at].content or not _NOTES_NAME.fullmatch(lines[at].content):
        return None
    if at + 1 >= len(lines) or not _DATED.search(lines[at + 1].content):
        return None
    block = _block(lines, _skip_blank(lines, at + 2, 2), enough=1) if at + 2 < len(lines) else None
    if block is None:
        return None
    writer = writer_in(lines[at].content.partition("/")[0])
    return Hop(first=at, body=block.body, kind=HopKind.BLOCK, writer=writer, depth=lines[at].depth, reply=block.reply)


def _undated(text: str) -> str:
    return re.split(r"\s\d{1,2}[./-]\d|\s\d{1,2} [A-Z]", text, maxsplit=1)[0]


def _lotus(lines: Sequence[Line], at: int) -> Hop | None:
    """Read a Lotus Notes head: the writer at the left, To, cc and Subject in a column at the right."""
    if "   " not in lines[at].text and not (at + 1 < len(lines) and "   " in lines[at + 1].text):
        return None
    window = lines[at : at + 10]
    beginnings = "\n".join([line.text[:200] for line in window])
    if "ubject" not in beginnings and "UBJECT" not in beginnings:
        return None
    to = next((place for place, line in enumerate(window) if _COLUMN_TO.search(line.text[:200])), None)
    if to is None or any(not line.content for line in window[:to]):
        return None
    after = (place for place in range(to, len(window)) if _COLUMN_SUBJECT.search(window[place].text[:200]))
    subject = next(after, None)
    if subject is None or not _indented(window[to : subject + 1]):
        return None
    name = re.split(r"\s{3,}|\bTo:?\s", lines[at].text.strip(), maxsplit=1)[0]
    body = at + subject + 1
    return Hop(first=at, body=body, kind=HopKind.BLOCK, writer=writer_in(name), depth=lines[at].depth)


def _indented(window: Sequence[Line]) -> bool:
    return all(not line.content or line.text.startswith("    ") or "   " in line.text for line in window)


def _skip_blank(lines: Sequence[Line], at: int, most: int) -> int:
    end = min(at + most, len(lines))
    while at < end and not lines[at].content:
        at += 1
    return at
