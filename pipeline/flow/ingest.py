"""One message made ready for the store: a reading becomes a record, an unreadable one is set aside. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from classifiers.verdict import Hit, Statement, Tag, Verdict, Zone
from pipeline.flow.plan import TooLarge
from pipeline.flow.readings import Reading, Unread
from pipeline.mail import identity
from pipeline.mail.mailbox import MEGABYTE, NotRetrieved
from pipeline.mail.message import Attachment, Origin, RawMessage
from storage.records import (
    AttachmentRecord,
    FolderState,
    HitRecord,
    NewMessage,
    NewSetAside,
    Slot,
    StatementRecord,
    TagRecord,
    VerdictRecord,
    ZoneRecord,
)


def record_of(raw: RawMessage, outcome: Reading | Unread, now: datetime) -> NewMessage | NewSetAside:
    """Make the record to store of what came of reading a message."""
    return _read(raw, outcome) if isinstance(outcome, Reading) else set_aside(raw, outcome.reason, now)


def set_aside(raw: RawMessage, reason: str, now: datetime) -> NewSetAside:
    """Make the record of a message that could not be read, with its bytes whole."""
    arrival = identity.arrival(raw, None, (), now)
    return NewSetAside(
        slot=slot_of(raw),
        origin=raw.origin,
        raw=raw.raw,
        raw_sha256=identity.raw_sha256(raw.raw),
        mail_sha256=identity.mail_sha256(raw),
        arrived_at=arrival.at,
        arrived_source=arrival.source,
        error=reason,
        size=len(raw.raw),
    )


def not_retrieved(item: NotRetrieved, now: datetime, *, origin: Origin = Origin.IMAP) -> NewSetAside:
    """Make the record of a message that the server lists but does not hand over, or of a file that cannot be read."""
    raw = RawMessage(
        origin=origin,
        account=item.account,
        folder=item.folder,
        uidvalidity=item.uidvalidity,
        uid=item.uid,
        raw=item.raw,
        internal_date=item.internal_date,
    )
    return replace(set_aside(raw, item.reason, now), mail_sha256="")


def too_large(cursor: FolderState, large: TooLarge, now: datetime) -> NewSetAside:
    """Make the record of a message that is larger than the settings allow: noted, not fetched."""
    raw = RawMessage(
        origin=Origin.IMAP,
        account=cursor.account,
        folder=cursor.folder,
        uidvalidity=cursor.uidvalidity,
        uid=large.uid,
        raw=b"",
    )
    words = f"It is {large.size / MEGABYTE:.0f} MB, more than the settings allow; it lies on the server."
    return replace(set_aside(raw, words, now), mail_sha256="", too_large=True, size=large.size)


def slot_of(raw: RawMessage) -> Slot:
    """Give the slot a message lay in."""
    return Slot(account=raw.account, folder=raw.folder, uidvalidity=raw.uidvalidity, uid=raw.uid)


def verdict_record(verdict: Verdict) -> VerdictRecord:
    """Make the record of a verdict."""
    return VerdictRecord(
        rules_version=verdict.rules_version,
        tags=tuple(_tag(tag) for tag in verdict.tags),
        statements=tuple(_statement(statement) for statement in verdict.statements),
        hits=tuple(_hit(hit) for hit in verdict.hits),
        confidence=verdict.confidence,
        needs_person=verdict.needs_person,
        disputed=verdict.disputed,
        reasons=verdict.reasons,
    )


def zone_records(zones: Iterable[Zone]) -> tuple[ZoneRecord, ...]:
    """Make the records of a message's zones."""
    return tuple(ZoneRecord(kind=zone.kind, text=zone.text, start=zone.start, name=zone.name) for zone in zones)


def _read(raw: RawMessage, reading: Reading) -> NewMessage:
    parsed = reading.parsed
    return NewMessage(
        slot=slot_of(raw),
        origin=raw.origin,
        raw=raw.raw,
        raw_sha256=reading.raw_sha256,
        mail_sha256=reading.mail_sha256,
        arrived_at=reading.arrival.at,
        arrived_source=reading.arrival.source,
        subject=parsed.subject,
        sender_name=parsed.sender.name,
        sender_address=parsed.sender.address,
        user_address=reading.user_address,
        copy_key=reading.copy_key,
        thread_key=reading.thread_key,
        message_id=parsed.message_id,
        sent_at=parsed.sent_at,
        recipients=", ".join(address.address for address in (*parsed.to, *parsed.cc)),
        zones=zone_records(reading.text.zones),
        html=parsed.html,
        attachments=tuple(_attachment(attachment) for attachment in parsed.attachments),
        oddities=parsed.oddities,
        from_team=reading.text.from_team,
        verdict=verdict_record(reading.verdict),
    )


def _attachment(attachment: Attachment) -> AttachmentRecord:
    return AttachmentRecord(
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        sha256=attachment.sha256,
        text=attachment.text,
        note=attachment.note,
    )


def _tag(tag: Tag) -> TagRecord:
    return TagRecord(dimension=tag.dimension, value=tag.value, confidence=tag.confidence, reason=tag.reason)


def _statement(statement: Statement) -> StatementRecord:
    return StatementRecord(
        kind=statement.kind,
        text=statement.text,
        zone=statement.zone,
        start=statement.start,
        end=statement.end,
        rule=statement.rule,
    )


def _hit(hit: Hit) -> HitRecord:
    return HitRecord(
        rule=hit.rule,
        dimension=hit.dimension,
        value=hit.value,
        zone=hit.zone,
        start=hit.start,
        end=hit.end,
        words=hit.words,
        weight=hit.weight,
        role=hit.role,
    )
