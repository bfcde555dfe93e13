"""The second reader: a share of what was decided is read again by somebody else, who is not told what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, tuple_
from sqlmodel import Session

from storage import models as m
from storage.decisions import FLAG, UNDO
from storage.engine import Store
from storage.errors import SecondReadingRefused
from storage.loading import message_row, queue_rows, tags_of
from storage.plain import all_plain, read_plain
from storage.records import QueueRow, ReviewState, TagRecord
from storage.sql import insert_once
from storage.verdicts import tag_values

MOST_LISTED = 50
MOST_COUNTED = 1000
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

    Counts are exact up to 1,000.
    """

    rows: tuple[QueueRow, ...]
    count: int
    count_is_exact: bool = True


def to_read(store: Store, who: str, *, limit: int = MOST_LISTED) -> ToRead:
    """Give what a person is asked to read a second time, the newest first: neither decided nor seen decided by them."""
    mine, row = _waits(who), m.message.c
    with store.reading() as session:
        do = session.connection().execute
        some = do(select(m.message).where(mine).order_by(row.arrived_at.desc(), row.id.desc()).limit(limit))
        rows = queue_rows(session, some)
        few = select(row.id).where(mine).limit(MOST_COUNTED + 1).subquery()
        count = int(do(select(func.count()).select_from(few)).scalar_one())
    return ToRead(rows=rows, count=min(count, MOST_COUNTED), count_is_exact=count <= MOST_COUNTED)


def next_to_read(store: Store, who: str, after_id: int) -> int | None:
    """Give what a person reads after a message; None at the end of their list."""
    row = m.message.c
    with store.reading() as session:
        do = session.connection().execute
        at = do(select(row.arrived_at).where(row.id == after_id)).scalar()
        mine = select(row.id).where(_waits(who)).order_by(row.arrived_at.desc(), row.id.desc()).limit(1)
        if at is not None:
            here = tuple_(at, after_id, types=[row.arrived_at.type, row.id.type])
            mine = mine.where(tuple_(row.arrived_at, row.id) < here)
        found: int | None = do(mine).scalar()
    return found


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


def second_reading_of(store: Store, message_id: int) -> SecondReading | None:
    """Give the second reading of a message, if there is one."""
    here = select(m.second_reading).where(m.second_reading.c.message_id == message_id)
    with store.reading() as session:
        found = session.connection().execute(here).first()
    return None if found is None else read_second(found)


def latest_second_readings(store: Store, *, limit: int = 200) -> tuple[SecondReading, ...]:
    """Give the latest second readings, newest first."""
    row = m.second_reading.c
    latest = select(m.second_reading).order_by(row.at.desc(), row.message_id.desc()).limit(limit)
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
    mine = select(m.message.c.id).where(m.message.c.id == message_id, _waits(who))
    return session.connection().execute(mine).first() is not None


def _waits(who: str) -> ColumnElement[bool]:
    """Select what a person may read: decided by others, and neither decided nor looked at since by themselves.

    The copies are asked for so that SQLite keeps to the index of what was drawn.
    """
    row = m.message.c
    read = exists().where(m.second_reading.c.message_id == row.id)
    decided = and_(row.state != ReviewState.PENDING, row.reviewed_by != who)
    drawn = and_(row.drawn_second.is_(True), func.coalesce(row.probable_copy_of, 0) == 0, row.from_team.is_(False))
    return and_(drawn, decided, ~read, ~_knows(who))


def _knows(who: str) -> ColumnElement[bool]:
    """Tell what a person said themselves once, or has seen since it was decided: they are not blind to it."""
    row, event, look = m.message.c, m.decision.c, m.look.c
    said = exists().where(event.message_id == row.id, event.who == who, event.action.not_in((UNDO, FLAG)))
    saw = exists().where(
        look.message_id == row.id, look.who == who, look.at >= row.reviewed_at, look.what.in_(SHOWING_TAGS)
    )
    return or_(said, saw)
