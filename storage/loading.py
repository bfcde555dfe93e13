"""Messages out of their tables: one whole, or many as lines of a list."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Table, select
from sqlmodel import Session

from storage import models as m
from storage.errors import NoSuchMessage
from storage.plain import read_plain
from storage.records import (
    AttachmentRecord,
    Decision,
    IssueName,
    QueueRow,
    Receipt,
    ReviewState,
    Slot,
    StatementRecord,
    StoredMessage,
    TagRecord,
    VerdictRecord,
    ZoneRecord,
)
from storage.verdicts import read_statement, read_tag, read_verdict


def message_row(session: Session, message_id: int) -> Row[Any]:
    """Give the row of a message, locked until the transaction ends (PostgreSQL; SQLite's writer is alone anyway)."""
    one = select(m.message).where(m.message.c.id == message_id).with_for_update()
    row = session.connection().execute(one).first()
    if row is None:
        raise NoSuchMessage(message_id)
    return row


def message_rows(session: Session, message_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Give the rows of messages by their numbers, locked as `message_row` does, in one order for everybody."""
    row = m.message.c
    some = select(m.message).where(row.id.in_(message_ids)).order_by(row.id).with_for_update()
    found = {row.id: row for row in session.connection().execute(some)}
    missing = next((number for number in message_ids if number not in found), None)
    if missing is not None:
        raise NoSuchMessage(missing)
    return found


def stored_message(session: Session, message_id: int) -> StoredMessage:
    """Give one message whole, without its raw bytes."""
    do = session.connection().execute
    row = do(select(m.message).where(m.message.c.id == message_id)).first()
    if row is None:
        raise NoSuchMessage(message_id)
    said = do(select(m.message_text).where(m.message_text.c.message_id == message_id)).one()
    return StoredMessage(
        id=row.id,
        version=row.version,
        account=row.account,
        arrived_at=row.arrived_at,
        arrived_source=row.arrived_source,
        sent_at=row.sent_at,
        subject=row.subject,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        user_address=row.user_address,
        recipients=row.recipients,
        message_id=row.message_id,
        thread_key=row.thread_key,
        html=said.html,
        oddities=tuple(said.oddities),
        from_team=row.from_team,
        zones=read_plain(ZoneRecord, said.zones),
        attachments=read_plain(AttachmentRecord, said.attachments),
        verdict=verdict_of(session, message_id, row.rules_version),
        state=ReviewState(row.state),
        tags=tags_of(session, (message_id,))[message_id],
        statements=statements_of(session, (message_id,))[message_id],
        history=history_of(session, message_id),
        receipt=_receipt(session, row),
        probable_copy_of=row.probable_copy_of,
        flagged_for=row.flagged_for,
        random_check=row.drawn_check and not row.needs_person,
        disagrees=row.disagrees,
    )


def verdict_of(session: Session, message_id: int, rules_version: str) -> VerdictRecord:
    """Give what one version of the rules said of a message."""
    here = (m.verdict.c.message_id == message_id) & (m.verdict.c.rules_version == rules_version)
    row = session.connection().execute(select(m.verdict).where(here)).one()
    return read_verdict(row._asdict())


def tags_of(session: Session, message_ids: Sequence[int]) -> dict[int, tuple[TagRecord, ...]]:
    """Give the tags that count, message by message."""
    return {key: tuple(map(read_tag, rows)) for key, rows in _hanging(session, m.tag, message_ids).items()}


def statements_of(session: Session, message_ids: Sequence[int]) -> dict[int, tuple[StatementRecord, ...]]:
    """Give the statements that count, message by message."""
    found = _hanging(session, m.statement, message_ids)
    return {key: tuple(map(read_statement, rows)) for key, rows in found.items()}


def history_of(session: Session, message_id: int) -> tuple[Decision, ...]:
    """Give the decisions on a message, oldest first."""
    events = select(m.decision).where(m.decision.c.message_id == message_id).order_by(m.decision.c.id)
    return tuple(_decision(row) for row in session.connection().execute(events))


def numbered_rows(session: Session, message_ids: Sequence[int]) -> tuple[QueueRow, ...]:
    """Make lines of a list from the numbers of messages, in their order; what is not there is left out."""
    some = select(m.message).where(m.message.c.id.in_(message_ids))
    rows = {row.id: row for row in session.connection().execute(some)}
    return queue_rows(session, [rows[number] for number in message_ids if number in rows])


def queue_rows(session: Session, rows: Iterable[Row[Any]]) -> tuple[QueueRow, ...]:
    """Make lines of a list from rows of `message`, in their order."""
    rows = tuple(rows)
    tags = tags_of(session, [row.id for row in rows])
    return tuple(
        QueueRow(
            id=row.id,
            version=row.version,
            arrived_at=row.arrived_at,
            subject=row.subject,
            sender_name=row.sender_name,
            sender_address=row.sender_address,
            state=ReviewState(row.state),
            needs_person=row.needs_person,
            reasons=tuple(row.reasons),
            confidence=row.confidence,
            tags=tags[row.id],
            random_check=row.drawn_check and not row.needs_person,
            flagged_for=row.flagged_for,
            disagrees=row.disagrees,
        )
        for row in rows
    )


def _hanging(session: Session, table: Table, message_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    if message_ids:
        theirs = select(table).where(table.c.message_id.in_(message_ids)).order_by(table.c.message_id, table.c.position)
        for row in session.connection().execute(theirs):
            found[row.message_id].append(row)
    return {key: found[key] for key in message_ids}


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        message_id=row.message_id,
        at=row.at,
        who=row.who,
        action=row.action,
        before=read_plain(TagRecord, row.tags_before),
        after=read_plain(TagRecord, row.tags_after),
        statements_before=read_plain(StatementRecord, row.statements_before),
        statements_after=read_plain(StatementRecord, row.statements_after),
        rules_version=row.rules_version,
        note=row.note,
        bulk=row.bulk,
        undoes=row.undoes,
    )


def _receipt(session: Session, row: Row[Any]) -> Receipt:
    issues = _issues(session, row.id)
    return Receipt(
        seen_at=row.seen_at,
        stored_at=row.stored_at,
        raw_sha256=row.raw_sha256,
        mail_sha256=row.mail_sha256,
        rules_version=row.rules_version,
        slots=slots_of(session, row),
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        issues=issues,
        digests=tuple(map(_as_text, issues)),
    )


def slots_of(session: Session, row: Row[Any]) -> tuple[Slot, ...]:
    """Give every place a message was seen in: where it was first, then the others."""
    do = session.connection().execute
    first = do(select(m.folder.c.account, m.folder.c.name).where(m.folder.c.id == row.folder_id)).one()
    place = m.slot.c
    others = (
        select(m.folder.c.account, m.folder.c.name, place.uidvalidity, place.uid)
        .join(m.folder, place.folder_id == m.folder.c.id)
        .where(place.message_id == row.id)
        .order_by(m.folder.c.account, m.folder.c.name, place.uidvalidity, place.uid)
    )
    places = [(first.account, first.name, row.uidvalidity, row.uid), *(tuple(other) for other in do(others))]
    return tuple(
        Slot(account=account, folder=folder, uidvalidity=uidvalidity, uid=uid)
        for account, folder, uidvalidity, uid in dict.fromkeys(places)
    )


def _issues(session: Session, message_id: int) -> tuple[IssueName, ...]:
    issue = m.digest_issue.c
    counted = (
        select(issue.month, issue.number, issue.account)
        .join(m.digest_issue_message, m.digest_issue_message.c.issue_id == issue.id)
        .where(m.digest_issue_message.c.message_id == message_id)
        .order_by(issue.id)
    )
    found = session.connection().execute(counted)
    return tuple(IssueName(account=row.account, month=row.month, number=row.number) for row in found)


def _as_text(issue: IssueName) -> str:
    return f"{issue.month} issue {issue.number}" + (f" ({issue.account})" if issue.account else "")
