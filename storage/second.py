"""The second reader: a share of what was decided is read again by somebody else, who is not told what was decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, select, tuple_
from sqlmodel import Session

from storage import models as m
from storage.decisions import FLAG, UNDO
from storage.engine import Store
from storage.errors import SecondReadingRefused
from storage.loading import message_row, numbered_rows, tags_of
from storage.plain import all_plain, read_plain
from storage.records import QueueRow, ReviewState, TagRecord
from storage.sql import insert_once
from storage.verdicts import tag_values

MOST_LISTED = 50
MOST_COUNTED = 500
_MOST_LATEST = 200
TAKEN_BACK_WITHIN = timedelta(minutes=5)
_AT_ONCE = 50
SHOWING_TAGS = ("message", "api")  # what somebody looks at and sees the tags with


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondReading:
    """What two people said of a message, the second without knowing what the first had said."""

    message_id: int
    at: datetime
    who: str
    tags: tuple[TagRecord, ...]
    first_who: str
    first_tags: tuple[TagRecord, ...]

    @property
    def agrees(self) -> bool:
        """Say whether both gave the same tags."""
        return tag_values(self.tags) == tag_values(self.first_tags)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToRead:
    """What waits for a person to be read a second time: the first of them, and how many there are.

    Counts are exact up to 500.
    """

    rows: tuple[QueueRow, ...]
    count: int
    count_is_exact: bool = True


def to_read(store: Store, who: str) -> ToRead:
    """Give what a person is asked to read a second time, the newest first: neither decided nor seen decided by them."""
    with store.reading() as session:
        ids = list(islice(_waiting(session, who), MOST_COUNTED + 1))
        rows = numbered_rows(session, ids[:MOST_LISTED])
    return ToRead(rows=rows, count=min(len(ids), MOST_COUNTED), count_is_exact=len(ids) <= MOST_COUNTED)


def next_to_read(store: Store, who: str, after_id: int) -> int | None:
    """Give what a person reads after a message; None at the end of their list."""
    row = m.message.c
    with store.reading() as session:
        at = session.connection().execute(select(row.arrived_at).where(row.id == after_id)).scalar()
        return next(_waiting(session, who, None if at is None else (at, after_id)), None)


def waits_for(store: Store, message_id: int, who: str) -> bool:
    """Say whether a person may read this message a second time."""
    with store.reading() as session:
        return _may_read(session, message_id, who)


def save_second_reading(
    store: Store, message_id: int, *, who: str, tags: Sequence[TagRecord], now: datetime
) -> SecondReading:
    """Keep what a second person says beside what stands; what stands is not changed.

    Raise SecondReadingRefused when the message was not drawn, is not decided, or by this very person, or read already.
    """

    def work(session: Session) -> SecondReading:
        row = message_row(session, message_id)
        first = tags_of(session, (message_id,))[message_id]
        values = {"message_id": message_id, "at": now, "who": who, "tags": all_plain(tags)}
        values |= {"first_who": row.reviewed_by, "first_tags": all_plain(first)}
        if not _may_read(session, message_id, who):
            raise SecondReadingRefused(message_id)
        if insert_once(session, m.second_reading, values, m.second_reading.c.message_id) is None:
            raise SecondReadingRefused(message_id)
        return _one(session, m.second_reading.c.message_id == message_id)

    return store.write(work)


def undo_second_reading(store: Store, message_id: int, *, who: str, now: datetime) -> bool:
    """Take back what a person said just now, while they are not told what the first had decided; say whether it was.

    Later, or once they have looked at the message, they are blind no longer: what they said stands.
    """
    row = m.second_reading.c
    theirs = (row.message_id == message_id, row.who == who, row.at >= now - TAKEN_BACK_WITHIN)

    def work(session: Session) -> bool:
        if _known_to(session, who, (message_id,)):
            return False
        return bool(session.connection().execute(delete(m.second_reading).where(*theirs)).rowcount)

    return store.write(work)


def is_fresh(reading: SecondReading, who: str, now: datetime) -> bool:
    """Say whether a reader may still take it back: so long they are not told what the first had decided."""
    return reading.who == who and now - reading.at <= TAKEN_BACK_WITHIN


def second_reading_of(store: Store, message_id: int) -> SecondReading | None:
    """Give the second reading of a message, if there is one."""
    here = select(m.second_reading).where(m.second_reading.c.message_id == message_id)
    with store.reading() as session:
        found = session.connection().execute(here).first()
    return None if found is None else read_second(found)


def latest_second_readings(store: Store) -> tuple[SecondReading, ...]:
    """Give the latest second readings, newest first."""
    row = m.second_reading.c
    latest = select(m.second_reading).order_by(row.at.desc(), row.message_id.desc()).limit(_MOST_LATEST)
    with store.reading() as session:
        return tuple(read_second(one) for one in session.connection().execute(latest))


def read_second(row: Row[Any]) -> SecondReading:
    """Make the value of its row."""
    return SecondReading(
        message_id=row.message_id,
        at=row.at,
        who=row.who,
        tags=read_plain(TagRecord, row.tags),
        first_who=row.first_who,
        first_tags=read_plain(TagRecord, row.first_tags),
    )


def _one(session: Session, here: ColumnElement[bool]) -> SecondReading:
    return read_second(session.connection().execute(select(m.second_reading).where(here)).one())


def _may_read(session: Session, message_id: int, who: str) -> bool:
    mine = select(m.message.c.id).where(m.message.c.id == message_id, _drawn_for(who))
    found = session.connection().execute(mine).first() is not None
    return found and not _known_to(session, who, (message_id,))


def _waiting(session: Session, who: str, after: tuple[datetime, int] | None = None) -> Iterator[int]:
    """Go through what a person may read, the newest first, from behind the moment and number of a message.

    What they know is looked up some messages at a time: as a part of the condition it kept PostgreSQL from going
    through the messages in their order.
    """
    row = m.message.c
    in_order = select(row.id, row.arrived_at).where(_drawn_for(who)).order_by(row.arrived_at.desc(), row.id.desc())
    while True:
        some = in_order.limit(_AT_ONCE)
        if after is not None:
            some = some.where(tuple_(row.arrived_at, row.id) < tuple_(*after, types=[row.arrived_at.type, row.id.type]))
        found = session.connection().execute(some).all()
        known = _known_to(session, who, [one.id for one in found])
        yield from (one.id for one in found if one.id not in known)
        if len(found) < _AT_ONCE:
            return
        after = (found[-1].arrived_at, found[-1].id)


def _drawn_for(who: str) -> ColumnElement[bool]:
    """Select what was drawn and decided by others; the copies are asked for so that SQLite keeps to that index."""
    row = m.message.c
    read = exists().where(m.second_reading.c.message_id == row.id)
    decided = and_(row.state != ReviewState.PENDING, row.reviewed_by != who)
    drawn = and_(row.drawn_second.is_(True), func.coalesce(row.probable_copy_of, 0) == 0, row.from_team.is_(False))
    return and_(drawn, decided, ~read)


def _known_to(session: Session, who: str, ids: Sequence[int]) -> frozenset[int]:
    """Give those that a person decided once, or has seen since they were decided: they are not blind to them."""
    row, event, look = m.message.c, m.decision.c, m.look.c
    said = select(event.message_id).where(
        event.message_id.in_(ids), event.who == who, event.action.not_in((UNDO, FLAG))
    )
    saw = (
        select(look.message_id)
        .join(m.message, look.message_id == row.id)
        .where(look.message_id.in_(ids), look.who == who, look.at >= row.reviewed_at, look.what.in_(SHOWING_TAGS))
    )
    do = session.connection().execute
    return frozenset((*do(said).scalars(), *do(saw).scalars()))
