"""Messages made again from their raw bytes and from what people decided: everything that can be made again is.

What is kept as it stands: where and when a message was received, the raw bytes, decisions and the verdicts that they
were made upon, digests, erasures. Where the raw bytes are gone, the coded record is kept instead. What reads as it did
is not written anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, text, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.forgetting import forgotten_among
from storage.loading import message_rows
from storage.order import search_place
from storage.plain import Plain, read_plain
from storage.records import NewMessage, ReviewState, Slot, StatementRecord, TagRecord
from storage.retag import renew
from storage.sql import insert_all, insert_once, put_rows
from storage.texts import search_row, text_row
from storage.verdicts import PERSON, RULES, rule_hit_rows, statement_rows, tag_rows, verdict_row

_FLAG = "flag"  # an event that changes no tag
_NUMBER = "number"  # a name that no column has: those of an update's are taken
_MARK = text("""
UPDATE search_text SET marks = search_marks(message_id, place)
 WHERE message_id = ANY(:numbers) AND marks IS DISTINCT FROM search_marks(message_id, place)
""")
Rows = Mapping[int, Row[Any]]
Messages = Sequence[tuple[int, NewMessage]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedAs:
    """Where a message lay when it was first seen, where it came from, and its INTERNALDATE if that dated it."""

    slot: Slot
    origin: str
    internal_date: datetime | None


def make_again(session: Session, messages: Messages, now: datetime) -> int:
    """Make what hangs on messages again from how they read today; give for how many today's rules say something else.

    A message of which a part was taken away since it was read stays as it is.
    """
    rows = message_rows(session, [number for number, _ in messages])
    taken = forgotten_among(session, rows)
    messages = [(number, new) for number, new in messages if number not in taken]
    numbers = [number for number, _ in messages]
    rows = {number: rows[number] for number in numbers}
    _make_texts(session, rows, messages)
    _make_verdicts(session, rows, messages, now)
    decided = _decided(session, rows)
    _make_tags(session, rows, messages, decided)  # the decided ones first: whether the rules disagree is seen there
    changed = renew(session, [(number, new.verdict) for number, new in messages], now)
    rows = message_rows(session, numbers)
    _make_tags(session, rows, messages, decided)
    _make_hits(session, rows, messages)
    _mark(session, numbers)
    return changed


def _mark(session: Session, numbers: Sequence[int]) -> None:
    """Have PostgreSQL's search find them by what they say now: what was lost is put back without a new version."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_MARK, {"numbers": numbers})


def without_raw(store: Store) -> tuple[int, ...]:
    """Give the numbers of the messages whose raw bytes are not held any more."""
    row = m.message.c
    gone = select(row.id).where(~exists().where(m.message_raw.c.message_id == row.id)).order_by(row.id)
    with store.reading() as session:
        return tuple(session.connection().execute(gone).scalars())


def received_as(store: Store, message_ids: Collection[int]) -> dict[int, ReceivedAs]:
    """Tell how messages were received, by their numbers."""
    row = m.message.c
    joined = select(m.message, m.folder.c.name).join(m.folder, row.folder_id == m.folder.c.id)
    with store.reading() as session:
        found = session.connection().execute(joined.where(row.id.in_(message_ids))).all()
    return {one.id: _received(one) for one in found}


def _received(row: Row[Any]) -> ReceivedAs:
    slot = Slot(account=row.account, folder=row.name, uidvalidity=row.uidvalidity, uid=row.uid)
    dated = row.arrived_at if row.arrived_source == "internaldate" else None
    return ReceivedAs(slot=slot, origin=row.origin, internal_date=dated)


def _make_texts(session: Session, rows: Rows, messages: Messages) -> None:
    """Put what the messages say in place of what stands, or where nothing stands any more."""
    heads = [(number, _head(new)) for number, new in messages]
    others = [{_NUMBER: number} | head for number, head in heads if _differs(rows[number], head)]
    if others:
        session.connection().execute(update(m.message).where(m.message.c.id == bindparam(_NUMBER)), others)
    put_rows(session, m.message_text, {number: [text_row(number, new)] for number, new in messages})
    _make_words(session, rows, messages)


def _head(new: NewMessage) -> Plain:
    head: Plain = {"subject": new.subject, "sender_name": new.sender_name, "sender_address": new.sender_address}
    head |= {"user_address": new.user_address, "recipients": new.recipients, "message_id": new.message_id}
    return head | {"thread_key": new.thread_key, "sent_at": new.sent_at, "from_team": new.from_team}


def _differs(row: Row[Any], values: Plain) -> bool:
    return any(row._mapping[name] != value for name, value in values.items())


def _make_words(session: Session, rows: Rows, messages: Messages) -> None:
    """Put the words that search looks at; a message keeps its place among them."""
    words = {number: search_row(number, new) for number, new in messages}
    held = select(m.search_text).where(m.search_text.c.message_id.in_(list(words)))
    standing = {row.message_id: row for row in session.connection().execute(held)}
    for number, row in words.items():
        if number not in standing:
            _place_words(session, rows[number], row)
        elif _differs(standing[number], row):
            here = m.search_text.c.place == standing[number].place
            session.connection().execute(update(m.search_text).where(here).values(row))


def _place_words(session: Session, row: Row[Any], words: Plain) -> None:
    place = search_place(row.arrived_at, row.id)
    while insert_once(session, m.search_text, {"place": place} | words, m.search_text.c.place) is None:
        place += 1


def _make_verdicts(session: Session, rows: Rows, messages: Messages, now: datetime) -> None:
    """See that the latest verdicts stand: what follows compares with them."""
    said = m.verdict.c
    held = select(said.message_id, said.rules_version).where(said.message_id.in_(list(rows)))
    standing = {(number, version) for number, version in session.connection().execute(held)}
    lost = [(number, new) for number, new in messages if (number, rows[number].rules_version) not in standing]
    insert_all(session, m.verdict, [_empty_verdict(rows[number], new, now) for number, new in lost])


def _empty_verdict(row: Row[Any], new: NewMessage, now: datetime) -> Plain:
    return verdict_row(row.id, new.verdict, now) | {"rules_version": row.rules_version, "tags": [], "hits": []}


def _decided(session: Session, rows: Rows) -> Rows:
    """Give the last decision on each message that a person has decided."""
    event = m.decision.c
    numbers = [number for number, row in rows.items() if row.state != ReviewState.PENDING]
    all_ = select(m.decision).where(event.message_id.in_(numbers), event.action != _FLAG).order_by(event.id)
    return {row.message_id: row for row in session.connection().execute(all_)} if numbers else {}


def _make_tags(session: Session, rows: Rows, messages: Messages, decided: Rows) -> None:
    """Put the tags that count: of the last decision where a person decided, else of the rules."""
    tags: dict[int, list[Plain]] = {}
    said: dict[int, list[Plain]] = {}
    for number, new in messages:
        row = rows[number]
        counts, quotes, source = _counting(row, new, decided)
        tags[number] = tag_rows(number, counts, source, rank=row.queue_rank, arrived_at=row.arrived_at)
        said[number] = statement_rows(number, quotes, source)
    put_rows(session, m.tag, tags)
    put_rows(session, m.statement, said)


def _counting(
    row: Row[Any], new: NewMessage, decided: Rows
) -> tuple[Sequence[TagRecord], Sequence[StatementRecord], str]:
    if row.state == ReviewState.PENDING:
        return new.verdict.tags, new.verdict.statements, RULES
    last = decided[row.id]
    return read_plain(TagRecord, last.tags_after), read_plain(StatementRecord, last.statements_after), PERSON


def _make_hits(session: Session, rows: Rows, messages: Messages) -> None:
    hits = {
        number: rule_hit_rows(number, new.verdict, rank=rows[number].queue_rank, arrived_at=rows[number].arrived_at)
        for number, new in messages
    }
    put_rows(session, m.rule_hit, hits)
