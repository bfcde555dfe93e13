"""Bound what one message may cost: headers are cut while they are read, parts and boundaries are counted.

Measured on the parsers below us: a Content-Type of 100 KB costs up to 18 seconds, and so do 1.5 MB of lines under 290
nested boundaries. Nothing here looks at a byte more than a few times.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import Compat32

from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.mime.fields import Part
from pipeline.mail.mime.splitting import split_tree


@dataclass(frozen=True, kw_only=True, slots=True)
class ParseLimits:
    """How much of one message is read; what goes beyond is cut and named in `oddities`, or refused.

    Refused (`UnreadableMessage`): depth, parts, lines, header bytes in all, boundary work. Cut: the rest. Sizes are
    bytes for headers and documents, characters for text.
    """

    depth: int = 40
    parts: int = 10_000
    headers: int = 4_000_000
    lines: int = 1_500_000  # the parser keeps each line as an object: time and memory go with their number
    boundary_work: int = 12_000_000  # lines times nested boundaries: every line is tried against each of them
    header: int = 65_536
    parameters: int = 100
    parameter_bytes: int = 4_096
    header_fields: int = 1_000
    text: int = 1_000_000  # spaCy refuses longer texts
    zoned: int = 100_000  # what clean.py tells apart; the rest stands as quoted
    html: int = 1_000_000
    document_bytes: int = 20_000_000
    document_text: int = 200_000
    documents: int = 25
    attachments: int = 500
    pages: int = 60
    rows: int = 5_000
    members: int = 2_000
    unpacked: int = 100_000_000
    charset: str = ""  # no limit, but a choice: read the text in this charset, whatever the message says


_WITH_PARAMETERS = frozenset({"content-type", "content-disposition"})
_CUT = _WITH_PARAMETERS | {"content-transfer-encoding"}
_FEW_LINES = 100_000  # cost little under any number of boundaries
_BOUNDARY = re.compile(rb'^--([^\r\n]{1,300}?)(--)?[ \t]*\r?$|\bboundary[ \t]*=[ \t]*"?([^";\r\n]{1,300})', re.I | re.M)


class CappedPolicy(Compat32):
    """The compat32 policy with a limit on each header field and on all of them.

    One object serves one message: it counts what went by. `cut` names the fields that were cut.
    """

    def __init__(self, limits: ParseLimits) -> None:
        super().__init__()
        object.__setattr__(self, "limits", limits)
        object.__setattr__(self, "tally", _Tally())

    limits: ParseLimits
    tally: "_Tally"

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Split a field into name and value, cut to the limits."""
        return self._cut(*super().header_source_parse(sourcelines))

    def taken(self, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Cut all the fields of a part to the limits; those that are short and have no parameters stay as they are."""
        most = min(self.limits.parameter_bytes, self.limits.header)
        kept, short = list[tuple[str, str]](), 0
        for name, value in fields:
            if len(value) > most or name.lower() in _CUT:
                kept.append(self._cut(name, value))
            else:
                kept.append((name, value))
                short += len(name) + len(value)
        self._count(short)
        return kept

    def _cut(self, name: str, value: str) -> tuple[str, str]:
        limits, tally = self.limits, self.tally
        kept = _cut_value(name.lower(), value, limits)
        if len(kept) < len(value) and len(value) > limits.parameter_bytes:
            tally.cut.append(name[:60])
        self._count(len(name) + len(kept))
        return name, kept

    def _count(self, length: int) -> None:
        """Count what was read of headers. Raises UnreadableMessage when it is too much."""
        self.tally.header_bytes += length
        if self.tally.header_bytes > self.limits.headers:
            raise UnreadableMessage(f"has more than {_megabytes(self.limits.headers)} of headers")

    def new_part(self, policy: object = None) -> Message:
        """Make the next part, and refuse a message with too many of them."""
        self.tally.parts += 1
        if self.tally.parts > self.limits.parts:
            raise UnreadableMessage(f"has more than {self.limits.parts:,} parts")
        return Part(self)


class _Tally:
    """What one message has cost so far."""

    __slots__ = ("cut", "header_bytes", "parts")

    def __init__(self) -> None:
        self.header_bytes = 0
        self.parts = 0
        self.cut: list[str] = []


def message_tree(raw: bytes, limits: ParseLimits) -> tuple[Message, tuple[str, ...]]:
    """Parse bytes into the standard library's tree; also give the names of the header fields that were cut.

    Raises UnreadableMessage beyond the limits that cannot be cut.
    """
    _refuse_costly_lines(raw, limits)
    policy = CappedPolicy(limits)
    tree = split_tree(raw, policy)
    return (tree, tuple(policy.tally.cut)) if tree is not None else _tree(raw, limits)


def _tree(raw: bytes, limits: ParseLimits) -> tuple[Message, tuple[str, ...]]:
    policy = CappedPolicy(limits)
    parser = BytesFeedParser(policy.new_part, policy=policy)
    try:
        parser.feed(raw)
        return parser.close(), tuple(policy.tally.cut)
    except RecursionError as error:
        raise too_deep(limits) from error


def too_deep(limits: ParseLimits) -> UnreadableMessage:
    """Name the error of a message nested too deep."""
    return UnreadableMessage(f"is nested more than {limits.depth} messages deep")


def _cut_value(name: str, value: str, limits: ParseLimits) -> str:
    """Cut one field: parameters are parsed in quadratic time by every library, so they are few and short."""
    if name == "content-transfer-encoding":  # the standard library takes `base64 ` for an encoding of its own
        return value[: limits.header].split(";", 1)[0].strip(" \t\r\n\"'")
    if name not in _WITH_PARAMETERS:
        return value[: limits.header]
    value = value[: limits.parameter_bytes]
    if value.count(";") <= limits.parameters:
        return value
    return ";".join(value.split(";", limits.parameters)[: limits.parameters])


def _refuse_costly_lines(raw: bytes, limits: ParseLimits) -> None:
    """Refuse a message of very many lines, or whose lines would each be tried against many boundaries."""
    if len(raw) < min(limits.lines, _FEW_LINES):
        return
    lines = raw.count(b"\n") or raw.count(b"\r")
    if lines > limits.lines:
        raise UnreadableMessage(f"has more than {limits.lines:,} lines")
    if lines < _FEW_LINES or lines * raw.lower().count(b"boundary") <= limits.boundary_work:
        return
    if lines * boundary_depth(raw) > limits.boundary_work:
        raise UnreadableMessage("has too many lines inside too many nested parts")


def boundary_depth(raw: bytes) -> int:
    """Estimate how many multipart boundaries are open at once, in one pass."""
    return _depth(_BOUNDARY.finditer(raw))


def _depth(matches: Iterable[re.Match[bytes]]) -> int:
    declared: set[bytes] = set()
    opened: list[bytes] = []
    deepest = 0
    for match in matches:
        if match[3] is not None:
            declared.add(match[3].strip())
        elif match[1] in declared:
            if match[1] in opened:
                del opened[opened.index(match[1]) + 1 :]
            else:
                opened.append(match[1])
                deepest = max(deepest, len(opened))
            if match[2] and opened[-1] == match[1]:
                opened.pop()
    return deepest


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000} MB"
