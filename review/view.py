"""A stored message as its page shows it: zones cut into lit words, attachments with their text; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from classifiers.catalogue import Role, ZoneKind
from review.highlight import Segment, Span, segments
from review.words import key_of, size_words
from storage.records import ReviewState, StatementRecord, StoredMessage, VerdictRecord

LONGEST_SHOWN = 100_000  # characters of one zone; the rest is in the download
ZONE_TITLES = {
    ZoneKind.QUOTED: "Earlier mail, quoted",
    ZoneKind.FORWARDED: "Forwarded message",
    ZoneKind.SIGNATURE: "Signature",
    ZoneKind.DISCLAIMER: "Disclaimer",
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
class AttachmentView:
    """An attachment with its text as zones."""

    filename: str
    content_type: str
    size: str
    note: str
    zones: tuple[ZoneView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageView:
    """All that the message's page shows of the text."""

    subject: tuple[Segment, ...]
    zones: tuple[ZoneView, ...]
    attachments: tuple[AttachmentView, ...]


def message_view(message: StoredMessage) -> MessageView:
    """Cut a message's zones into what its page shows."""
    spans = spans_of(message.verdict, message.statements)
    seen: set[str] = set()
    views = [zone_view(zone.kind, zone.name, zone.text, spans[place], seen) for place, zone in enumerate(message.zones)]
    subject = next((view.parts for view in views if view.kind == ZoneKind.SUBJECT), ())
    body = [view for view in views if view.kind not in (ZoneKind.SUBJECT, ZoneKind.ATTACHMENT) and view.lines]
    return MessageView(
        subject=subject or (Segment(text=message.subject),),
        zones=tuple(body),
        attachments=_attachments(message, [view for view in views if view.kind == ZoneKind.ATTACHMENT]),
    )


def blind(message: StoredMessage) -> StoredMessage:
    """Give a message as a second reader gets it: as nobody and no rule had ever said anything of it."""
    return replace(
        message,
        state=ReviewState.PENDING,
        tags=(),
        statements=(),
        history=(),
        verdict=VerdictRecord(rules_version="", tags=(), needs_person=False),
        flagged_for="",
        random_check=False,
        disagrees=False,
    )


def spans_of(verdict: VerdictRecord, statements: tuple[StatementRecord, ...] | None = None) -> Mapping[int, list[Span]]:
    """Give the spans of each zone that light up: hits, and the statements (the rules' own unless others are given)."""
    found: dict[int, list[Span]] = defaultdict(list)
    given = {(tag.dimension, tag.value) for tag in verdict.tags}
    for hit in verdict.hits:
        key = key_of(hit.dimension, hit.value)
        faint = hit.role != Role.ASKED or (hit.dimension, hit.value) not in given
        found[hit.zone].append(Span(start=hit.start, end=hit.end, key=key, faint=faint))
    for item in verdict.statements if statements is None else statements:
        found[item.zone].append(Span(start=item.start, end=item.end, key=f"quote-{item.kind}"))
    return found


def zone_view(kind: str, name: str, text: str, spans: Iterable[Span], seen: set[str]) -> ZoneView:
    """Cut one zone; `seen` are the keys that have their anchor already."""
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
