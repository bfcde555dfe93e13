"""One message made ready for the store: a reading becomes a record, an unreadable one is set aside. Pure."""

from datetime import datetime

from classifiers.verdict import Hit, Statement, Tag, Verdict, Zone
from pipeline.flow.reading import Reading, Unread
from pipeline.mail import parse
from pipeline.mail.message import Attachment, RawMessage
from storage.records import (
    AttachmentRecord,
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
    arrival = parse.arrival(raw, None, (), now)
    return NewSetAside(
        slot=slot_of(raw),
        origin=raw.origin,
        raw=raw.raw,
        raw_sha256=parse.raw_sha256(raw.raw),
        mail_sha256=parse.mail_sha256(raw),
        arrived_at=arrival.at,
        arrived_source=arrival.source,
        error=reason,
        size=len(raw.raw),
    )


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
        reasons=verdict.reasons,
    )


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
        zones=tuple(_zone(zone) for zone in reading.text.zones),
        html=parsed.html,
        attachments=tuple(_attachment(attachment) for attachment in parsed.attachments),
        oddities=parsed.oddities,
        from_team=reading.text.from_team,
        verdict=verdict_record(reading.verdict),
    )


def _zone(zone: Zone) -> ZoneRecord:
    return ZoneRecord(kind=zone.kind, text=zone.text, start=zone.start, name=zone.name)


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
