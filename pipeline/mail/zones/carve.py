"""A body in zones: the new text, what is quoted or was forwarded, and in each its signature and notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from classifiers.verdict import Writer, Zone, ZoneKind
from pipeline.mail.zones.forwards import Correspondents, is_passed_on
from pipeline.mail.zones.hops import Hop, first_hop, hop_at
from pipeline.mail.zones.lines import Line, lines_of, words_in
from pipeline.mail.zones.notices import is_banner, notice_lines
from pipeline.mail.zones.signatures import is_tagline, signature_ranges

ZONED_LENGTH = 100_000
_PASSES_THROUGH = 25  # words: a hop that adds fewer only passed the mail on
_ANY_DEPTH = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Carved:
    """The zones of a body in reading order, and the writers of what was forwarded, the outermost first."""

    zones: tuple[Zone, ...]
    forwarded: tuple[Writer, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Body:
    """The lines of a body while their kinds are found out; a blank line has none."""

    lines: list[Line]
    kinds: list[ZoneKind | None]
    forwarded: list[Writer] = field(default_factory=list)

    def mark(self, places: Iterable[int], kind: ZoneKind) -> None:
        """Give the filled lines at some places a kind."""
        for at in places:
            if self.lines[at].content:
                self.kinds[at] = kind


def carve(text: str, subject: str, who: Correspondents) -> Carved:
    """Split a body into zones with exact offsets; white space between zones belongs to none.

    Only the first 100,000 characters are told apart; what is longer than that is no letter, and stands as quoted.
    """
    lines = lines_of(text[:ZONED_LENGTH])
    body = _Body(lines=lines, kinds=[None] * len(lines))
    own = _walk_top(body, subject, who)
    _mark_own(body, own, ZoneKind.NEW, who.sender)
    zones = _zones(text, body)
    if len(text) > ZONED_LENGTH:
        zones.append(Zone(kind=ZoneKind.QUOTED, text=text[ZONED_LENGTH:], start=ZONED_LENGTH))
    return Carved(zones=tuple(zones), forwarded=tuple(body.forwarded))


def _walk_top(body: _Body, subject: str, who: Correspondents) -> list[int]:
    """Walk down the sender's own text, marking what is quoted or forwarded; give the places of the own lines."""
    own: list[int] = []
    at = 0
    while at < len(body.lines):
        line = body.lines[at]
        if line.depth:
            at = _mark_run(body, at, at)
            continue
        hop = hop_at(body.lines, at)
        if hop is None:
            own.append(at)
            at += 1
            continue
        end = _end_of_quotation(body.lines, hop)
        cover = " ".join(body.lines[place].content for place in own)
        if is_passed_on(hop, subject, cover, words_in(body.lines[hop.body : end]), who):
            _mark_forwarded(body, hop, end, who)
        else:
            body.mark(range(hop.first, end), ZoneKind.QUOTED)
        at = end
    return own


def _end_of_quotation(lines: Sequence[Line], hop: Hop) -> int:
    """Say where the mail below a head ends: with its run of `>` lines, else with the body."""
    at = hop.body
    while at < len(lines) and not lines[at].content:
        at += 1
    if at < len(lines) and lines[at].depth:
        return _run_end(lines, at)
    return len(lines)


def _mark_run(body: _Body, first: int, at: int) -> int:
    end = _run_end(body.lines, at)
    body.mark(range(first, end), ZoneKind.QUOTED)
    return end


def _run_end(lines: Sequence[Line], at: int) -> int:
    """Give the end of a run of `>` lines; blank lines between two of them belong to it, and a lazily folded line."""
    end = at
    while at < len(lines):
        if lines[at].depth:
            end = at + 1
        elif lines[at].content and not _folded(lines, at):
            break
        at += 1
    return end


def _folded(lines: Sequence[Line], at: int) -> bool:
    """Say whether a short line lost its `>` when the one above was folded: it stands between two long ones."""
    if not 0 < at < len(lines) - 1 or not (lines[at - 1].depth and lines[at + 1].depth):
        return False
    return len(lines[at - 1].text) > 66 and len(lines[at].text) < 24 and lines[at].content[:1].islower()


def _mark_forwarded(body: _Body, hop: Hop, end: int, who: Correspondents) -> None:
    """Mark a forwarded mail and the ones below it, down to the one that is the real enquiry."""
    while True:
        below = first_hop(body.lines, hop.body, end, depth=_ANY_DEPTH)
        own_end = below.first if below else end
        body.mark(range(hop.first, hop.body), ZoneKind.QUOTED)
        body.forwarded.append(hop.writer)
        _mark_own(body, list(range(hop.body, own_end)), ZoneKind.FORWARDED, hop.writer)
        if below is None:
            return
        added = sum(_words_of(body, hop.body, own_end))
        if added >= _PASSES_THROUGH or who.is_team(below.writer):
            body.mark(range(below.first, end), ZoneKind.QUOTED)
            return
        hop = below


def _words_of(body: _Body, first: int, end: int) -> list[int]:
    return [len(body.lines[at].content.split()) for at in range(first, end) if body.kinds[at] is ZoneKind.FORWARDED]


def _mark_own(body: _Body, places: list[int], kind: ZoneKind, writer: Writer) -> None:
    """Mark one writer's own lines, and in them notices and signature."""
    if not places:
        return
    own = set(places)
    body.mark(places, kind)
    notices = notice_lines(body.lines, places[0], places[-1] + 1) & own
    body.mark(notices, ZoneKind.DISCLAIMER)
    rest = [place for place in places if place not in notices]
    signatures = signature_ranges(body.lines, rest, writer)
    for first, end in signatures:
        body.mark([place for place in rest if first <= place < end], ZoneKind.SIGNATURE)
    if signatures:
        _mark_below(body, [place for place in rest if place >= signatures[-1][1]], signatures[-1])


def _mark_below(body: _Body, places: list[int], signature: tuple[int, int]) -> None:
    """Mark what an organisation says below a signature."""
    body.mark([place for place in places if is_banner(body.lines[place].content)], ZoneKind.DISCLAIMER)
    _mark_tagline(body, places, signature)


def _mark_tagline(body: _Body, places: list[int], signature: tuple[int, int]) -> None:
    """Take what an organisation says of itself below a signature for a part of it, where nothing else stands there."""
    filled = [place for place in places if body.lines[place].content]
    said = " ".join(body.lines[place].content for place in filled)
    signed = [line.content for line in body.lines[signature[0] : signature[1]]]
    if filled and filled[-1] - filled[0] + 1 == len(filled) and is_tagline(said, signed):
        body.mark(range(filled[0], filled[-1] + 1), ZoneKind.SIGNATURE)


def _zones(text: str, body: _Body) -> list[Zone]:
    """Join neighbouring lines of one kind into zones."""
    zones: list[Zone] = []
    first = last = None
    for line, kind in zip(body.lines, body.kinds, strict=True):
        if kind is None:
            continue
        if first is not None and last is not None and kind is first[1]:
            last = line
            continue
        if first is not None and last is not None:
            zones.append(_zone(text, first[0], last, first[1]))
        first, last = (line, kind), line
    if first is not None and last is not None:
        zones.append(_zone(text, first[0], last, first[1]))
    return zones


def _zone(text: str, first: Line, last: Line, kind: ZoneKind) -> Zone:
    return Zone(kind=kind, text=text[first.start : last.end], start=first.start)
