"""A stored message as its page shows it: zones cut into lit words, tags with their reasons; pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from classifiers.catalogue import Catalogue, CatalogueEntry
from classifiers.verdict import Dimension, Role, ZoneKind
from review.callables import Explained, NearMiss
from review.filters import DIMENSION_NAMES
from review.forms import NO_CATEGORY, TRIAGE, Draft, folded
from review.highlight import Segment, Span, segments
from storage.records import Decision, StatementRecord, StoredMessage, TagRecord, VerdictRecord
from storage.search import END, FOUND

LONGEST_SHOWN = 100_000  # characters of one zone; the rest is in the download
KEYS = {"disposition": "m", "product": "p", "user_category": "w", "use": "u", "channel": "c"}
ZONE_TITLES = {
    ZoneKind.QUOTED: "Earlier mail, quoted",
    ZoneKind.FORWARDED: "Forwarded message",
    ZoneKind.SIGNATURE: "Signature",
    ZoneKind.DISCLAIMER: "Disclaimer",
}
HINTS = {
    "disposition": "Anything but mail for the team clears the tags below.",
    "user_category": "Who uses the statistics, on whose behalf the sender writes.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneView:
    """A stretch of the message, cut into segments; `cut` says how many characters are not shown."""

    kind: str
    title: str
    name: str
    parts: tuple[Segment, ...]
    lit: int
    lines: int
    cut: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One tag of the form: `key` ties it to its lit words, `number` is its place in the catalogue."""

    value: str
    title: str
    number: int
    key: str
    checked: bool
    percent: str = ""
    reason: str = ""
    places: int = 0  # how many lit words it has


@dataclass(frozen=True, kw_only=True, slots=True)
class DimensionView:
    """One question of the form: what is chosen or was proposed on top, the rest to unfold."""

    name: str
    title: str
    hint: str
    letter: str
    single: bool
    top: tuple[Option, ...]
    rest: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryView:
    """One decision in words."""

    title: str
    at: Decision
    added: tuple[str, ...]
    removed: tuple[str, ...]
    quotes_added: tuple[str, ...]
    quotes_removed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentView:
    """An attachment with its text as zones."""

    filename: str
    content_type: str
    size: str
    note: str
    zones: tuple[ZoneView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleView:
    """One match of a rule, in words: what it speaks for, where it stood, what became of it."""

    rule: str
    tag: str
    words: str
    place: str
    weight: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageView:
    """All that the message's page shows of the text."""

    subject: tuple[Segment, ...]
    zones: tuple[ZoneView, ...]
    attachments: tuple[AttachmentView, ...]


def key_of(dimension: str, value: str) -> str:
    """Make the name that ties a tag to its words; safe in an id and a class."""
    return re.sub(r"[^a-z0-9]+", "-", f"{dimension} {value}".lower()).strip("-")


def message_view(message: StoredMessage) -> MessageView:
    """Cut a message's zones into what its page shows."""
    spans = _spans(message)
    seen: set[str] = set()
    views = [
        _zone_view(zone.kind, zone.name, zone.text, spans[place], seen) for place, zone in enumerate(message.zones)
    ]
    subject = next((view.parts for view in views if view.kind == ZoneKind.SUBJECT), ())
    body = [view for view in views if view.kind not in (ZoneKind.SUBJECT, ZoneKind.ATTACHMENT) and view.lines]
    return MessageView(
        subject=subject or (Segment(text=message.subject),),
        zones=tuple(body),
        attachments=_attachments(message, [view for view in views if view.kind == ZoneKind.ATTACHMENT]),
    )


def _spans(message: StoredMessage) -> Mapping[int, list[Span]]:
    return _verdict_spans(message.verdict, message.statements)


def _verdict_spans(
    verdict: VerdictRecord, statements: tuple[StatementRecord, ...] | None = None
) -> Mapping[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    given = {(tag.dimension, tag.value) for tag in verdict.tags}
    for hit in verdict.hits:
        key = key_of(hit.dimension, hit.value)
        faint = hit.role != Role.ASKED or (hit.dimension, hit.value) not in given
        found[hit.zone].append(Span(start=hit.start, end=hit.end, key=key, faint=faint))
    for item in verdict.statements if statements is None else statements:
        found[item.zone].append(Span(start=item.start, end=item.end, key=f"quote-{item.kind}"))
    return found


def _zone_view(kind: str, name: str, text: str, spans: Iterable[Span], seen: set[str]) -> ZoneView:
    shown = text.strip("\r\n")[:LONGEST_SHOWN]
    moved = len(text) - len(text.lstrip("\r\n"))
    placed = [replace(span, start=span.start - moved, end=span.end - moved) for span in spans]
    parts = segments(shown, placed, seen=seen) if shown else ()
    return ZoneView(
        kind=kind,
        title=ZONE_TITLES.get(ZoneKind(kind), ""),
        name=name,
        parts=parts,
        lit=sum(1 for part in parts if part.keys),
        lines=len(shown.splitlines()) if shown.strip() else 0,
        cut=max(0, len(text) - moved - LONGEST_SHOWN),
    )


def _attachments(message: StoredMessage, zones: list[ZoneView]) -> tuple[AttachmentView, ...]:
    return tuple(
        AttachmentView(
            filename=item.filename or "no name",
            content_type=item.content_type,
            size=size_words(item.size),
            note=item.note,
            zones=tuple(zone for zone in zones if zone.name == item.filename and zone.lines),
        )
        for item in message.attachments
    )


def size_words(size: int) -> str:
    """Write a size the way GOV.UK does: 23KB, 1.4MB."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f}KB" if size < 1_000_000 else f"{size / 1_000_000:.1f}MB"


def dimension_views(message: StoredMessage, draft: Draft, catalogue: Catalogue) -> tuple[DimensionView, ...]:
    """Lay out the form's questions: chosen and proposed tags on top."""
    places = Counter(key_of(hit.dimension, hit.value) for hit in message.verdict.hits if hit.role == Role.ASKED)
    return tuple(_dimension_view(dimension, message, draft, catalogue, places) for dimension in Dimension)


def _dimension_view(
    dimension: Dimension, message: StoredMessage, draft: Draft, catalogue: Catalogue, places: Counter[str]
) -> DimensionView:
    chosen = draft.values.get(dimension, ())
    records = {tag.value: tag for tag in (*message.tags, *message.verdict.tags) if tag.dimension == dimension}
    entries = [entry for entry in catalogue.of(dimension) if entry.id != NO_CATEGORY]
    known = {entry.id for entry in entries} | {NO_CATEGORY}
    strange = [
        CatalogueEntry(dimension=dimension, id=value, title=value)
        for value in dict.fromkeys((*records, *chosen))
        if value not in known
    ]
    proposed = {tag.value for tag in message.verdict.tags if tag.dimension == dimension}
    options = [
        _option(entry, number, records.get(entry.id), entry.id in chosen, places, sure=entry.id in proposed)
        for number, entry in enumerate([*entries, *strange], start=1)
    ]
    top = tuple(option for option in options if option.checked or option.value in records)
    return DimensionView(
        name=dimension.value,
        title=DIMENSION_NAMES[dimension.value],
        hint=HINTS.get(dimension.value, ""),
        letter=KEYS[dimension.value],
        single=dimension in (Dimension.DISPOSITION, Dimension.USER_CATEGORY),
        top=top,
        rest=tuple(option for option in options if option not in top),
    )


def _option(
    entry: CatalogueEntry, number: int, record: TagRecord | None, checked: bool, places: Counter[str], *, sure: bool
) -> Option:
    key = key_of(entry.dimension, entry.id)
    return Option(
        value=entry.id,
        title=entry.title,
        number=number,
        key=key,
        checked=checked,
        percent=f"{record.confidence:.0%}" if record and sure else "",
        reason=record.reason if record else "",
        places=places[key],
    )


def snippet_parts(snippet: str) -> list[tuple[str, bool]]:
    """Split the words around what a search found into (text, found or not)."""
    pieces = re.split(f"{FOUND}([^{END}]*){END}", snippet)
    return [(text, place % 2 == 1) for place, text in enumerate(pieces) if text]


ZONE_NAMES = {
    "subject": "subject",
    "new": "new text",
    "quoted": "quoted mail",
    "forwarded": "forwarded message",
    "signature": "signature",
    "disclaimer": "disclaimer",
    "attachment": "attachment",
}
ROLE_NAMES = {"asked": "counted", "set-aside": "set aside by the sender", "mentioned": "only mentioned"}


def rule_views(message: StoredMessage, catalogue: Catalogue) -> tuple[RuleView, ...]:
    """List every match of every rule, in reading order."""
    hits = sorted(message.verdict.hits, key=lambda hit: (hit.zone, hit.start, hit.end))
    return tuple(
        RuleView(
            rule=hit.rule,
            tag=f"{DIMENSION_NAMES.get(hit.dimension, hit.dimension)}: "
            f"{catalogue.title(Dimension(hit.dimension), hit.value)}",
            words=folded(hit.words),
            place=ZONE_NAMES.get(message.zones[hit.zone].kind, "") if hit.zone < len(message.zones) else "",
            weight=f"{hit.weight:g}",
            role=ROLE_NAMES.get(hit.role, hit.role),
        )
        for hit in hits
    )


ACTIONS = {
    "confirm": "Confirmed",
    "correct": "Corrected",
    "undo": "Decision undone",
    "flag": "Flagged",
    "unflag": "Flag taken down",
}


def history_view(decision: Decision, catalogue: Catalogue) -> HistoryView:
    """Say what a decision changed."""
    before, after = _titles(decision.before, catalogue), _titles(decision.after, catalogue)
    quotes_before, quotes_after = _quotes(decision.statements_before), _quotes(decision.statements_after)
    return HistoryView(
        title=ACTIONS.get(decision.action, decision.action.capitalize()),
        at=decision,
        added=_minus(after, before),
        removed=_minus(before, after),
        quotes_added=_minus(quotes_after, quotes_before),
        quotes_removed=_minus(quotes_before, quotes_after),
    )


def tag_words(tags: Iterable[TagRecord], catalogue: Catalogue) -> tuple[str, ...]:
    """Name tags as "Product: Headline Findings", without the category that stands for none."""
    return tuple(_titles(tags, catalogue))


def queue_words(tags: Iterable[TagRecord], catalogue: Catalogue) -> tuple[str, ...]:
    """Name a queue line's tags, a question at a time; that it is for the team goes without saying."""
    shown = [tag for tag in tags if tag.value not in (TRIAGE, NO_CATEGORY)]
    return tuple(
        f"{DIMENSION_NAMES[dimension]}: {'; '.join(titles)}"
        for dimension in Dimension
        if (titles := [catalogue.title(dimension, tag.value) for tag in shown if tag.dimension == dimension])
    )


def _titles(tags: Iterable[TagRecord], catalogue: Catalogue) -> list[str]:
    return [
        f"{DIMENSION_NAMES.get(tag.dimension, tag.dimension)}: {catalogue.title(Dimension(tag.dimension), tag.value)}"
        for tag in tags
        if (tag.dimension, tag.value) != (Dimension.USER_CATEGORY, NO_CATEGORY)
    ]


def _quotes(statements: Iterable[StatementRecord]) -> list[str]:
    return [f"{'Use' if item.kind == 'use' else 'Decision'} quote: “{folded(item.text)}”" for item in statements]


def _minus(left: list[str], right: list[str]) -> tuple[str, ...]:
    return tuple(item for item in left if item not in right)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedTag:
    """One tag that the rules give a text."""

    dimension: str
    title: str
    percent: str
    reason: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainedView:
    """What the rules say of a text, as its page shows it."""

    zones: tuple[ZoneView, ...]
    tags: tuple[ExplainedTag, ...]
    verdict: VerdictRecord
    near: tuple[NearMiss, ...]


def explained_view(result: Explained, catalogue: Catalogue) -> ExplainedView | None:
    """Lay out what the rules say, the words lit up; nothing when the text could not be read."""
    if result.verdict is None:
        return None
    spans = _verdict_spans(result.verdict)
    seen: set[str] = set()
    zones = (_zone_view(zone.kind, zone.name, zone.text, spans[place], seen) for place, zone in enumerate(result.zones))
    return ExplainedView(
        zones=tuple(zone for zone in zones if zone.lines),
        tags=tuple(_explained_tag(tag, catalogue) for tag in result.verdict.tags),
        verdict=result.verdict,
        near=result.near,
    )


def _explained_tag(tag: TagRecord, catalogue: Catalogue) -> ExplainedTag:
    return ExplainedTag(
        dimension=DIMENSION_NAMES.get(tag.dimension, tag.dimension),
        title=catalogue.title(Dimension(tag.dimension), tag.value),
        percent=f"{tag.confidence:.0%}",
        reason=tag.reason,
        key=key_of(tag.dimension, tag.value),
    )
