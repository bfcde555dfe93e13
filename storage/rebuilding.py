"""A message made again from its raw bytes and from what people decided: everything that can be made again is.

What is kept as it stands: where and when a message was received, the raw bytes, decisions and the verdicts that they
were made upon, digests, erasures. Where the raw bytes are gone, the coded record is kept instead.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.loading import message_row
from storage.order import search_place
from storage.plain import Plain, read_plain
from storage.records import NewMessage, ReviewState, Slot, StatementRecord, TagRecord
from storage.retag import renew, replace_tags
from storage.sql import insert_all, insert_once
from storage.texts import search_row, text_row
from storage.verdicts import PERSON, RULES, rule_hit_rows, statement_rows, tag_rows, verdict_row

_FLAG = "flag"  # an event that changes no tag


def rebuild_message(store: Store, message_id: int, new: NewMessage, *, now: datetime) -> bool:
    """Make what hangs on a message again from how it reads today; tell whether today's rules say something else."""

    return store.write(lambda session: make_again(session, message_id, new, now))


def make_again(session: Session, message_id: int, new: NewMessage, now: datetime) -> bool:
    """Do what `rebuild_message` does, inside a transaction."""
    row = message_row(session, message_id)
    _make_text(session, row, new)
    _make_verdict(session, row, new, now)
    _make_tags(session, row, new)  # the decided ones first: whether the rules disagree is seen against them
    changed = renew(session, message_id, new.verdict, now)
    row = message_row(session, message_id)
    _make_tags(session, row, new)
    _make_hits(session, row, new)
    return changed


def without_raw(store: Store) -> tuple[int, ...]:
    """Give the numbers of the messages whose raw bytes are not held any more."""
    row = m.message.c
    gone = select(row.id).where(~exists().where(m.message_raw.c.message_id == row.id)).order_by(row.id)
    with store.reading() as session:
        return tuple(session.connection().execute(gone).scalars())


def received_as(store: Store, message_id: int) -> tuple[Slot, str, datetime | None]:
    """Tell where a message lay when it was first seen, where it came from, and its INTERNALDATE if that dated it."""
    row = m.message.c
    joined = (
        select(m.message, m.folder.c.name).join(m.folder, row.folder_id == m.folder.c.id).where(row.id == message_id)
    )
    with store.reading() as session:
        found = session.connection().execute(joined).one()
    slot = Slot(account=found.account, folder=found.name, uidvalidity=found.uidvalidity, uid=found.uid)
    return slot, found.origin, found.arrived_at if found.arrived_source == "internaldate" else None


def _make_text(session: Session, row: Row[Any], new: NewMessage) -> None:
    """Put what the message says in place of what stands, or where nothing stands any more."""
    do = session.connection().execute
    read: Plain = {"subject": new.subject, "sender_name": new.sender_name, "sender_address": new.sender_address}
    read |= {"user_address": new.user_address, "recipients": new.recipients, "message_id": new.message_id}
    read |= {"thread_key": new.thread_key, "sent_at": new.sent_at, "from_team": new.from_team}
    do(update(m.message).where(m.message.c.id == row.id).values(read))
    do(delete(m.message_text).where(m.message_text.c.message_id == row.id))
    insert_all(session, m.message_text, [text_row(row.id, new)])
    words = search_row(row.id, new)
    stands = do(select(m.search_text.c.place).where(m.search_text.c.message_id == row.id)).scalar()
    if stands is not None:
        do(update(m.search_text).where(m.search_text.c.place == stands).values(words))
        return
    place = search_place(row.arrived_at, row.id)
    while insert_once(session, m.search_text, {"place": place} | words, m.search_text.c.place) is None:
        place += 1


def _make_verdict(session: Session, row: Row[Any], new: NewMessage, now: datetime) -> None:
    """See that the latest verdict stands: what follows compares with it."""
    here = (m.verdict.c.message_id == row.id) & (m.verdict.c.rules_version == row.rules_version)
    if session.connection().execute(select(m.verdict.c.message_id).where(here)).scalar() is None:
        old = verdict_row(row.id, new.verdict, now) | {"rules_version": row.rules_version, "tags": [], "hits": []}
        insert_all(session, m.verdict, [old])


def _make_tags(session: Session, row: Row[Any], new: NewMessage) -> None:
    """Put the tags that count: of the last decision where a person decided, else of the rules."""
    if row.state == ReviewState.PENDING:
        tags: Sequence[TagRecord] = new.verdict.tags
        statements: Sequence[StatementRecord] = new.verdict.statements
        source = RULES
    else:
        event = m.decision.c
        last = select(m.decision).where(event.message_id == row.id, event.action != _FLAG).order_by(event.id.desc())
        decided = session.connection().execute(last.limit(1)).one()
        tags, source = read_plain(TagRecord, decided.tags_after), PERSON
        statements = read_plain(StatementRecord, decided.statements_after)
    made = tag_rows(row.id, tags, source, rank=row.queue_rank, arrived_at=row.arrived_at)
    replace_tags(session, row.id, made, statement_rows(row.id, statements, source))


def _make_hits(session: Session, row: Row[Any], new: NewMessage) -> None:
    session.connection().execute(delete(m.rule_hit).where(m.rule_hit.c.message_id == row.id))
    insert_all(session, m.rule_hit, rule_hit_rows(row.id, new.verdict, rank=row.queue_rank, arrived_at=row.arrived_at))
