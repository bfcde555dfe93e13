"""What the two samples show: how many messages that pass without a person are right, and how far two readers agree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session

from storage import models as m
from storage.agreement import MANY, SINGLE, Agreement, Share, Values, agreement, wilson
from storage.decisions import FLAG, PUBLISH, UNDO, WITHDRAW
from storage.engine import Store
from storage.loading import tags_of
from storage.plain import read_plain
from storage.records import Decision, ReviewState, StoredMessage, TagRecord
from storage.second import SecondReading, read_second
from storage.sql import in_chunks
from storage.verdicts import tag_values

NO_CHECK = (UNDO, FLAG, PUBLISH, WITHDRAW)  # events by which nobody says that the tags are right


@dataclass(frozen=True, kw_only=True, slots=True)
class RandomCheck:
    """The random check of a period: of the users' messages, copies left out.

    Right is a message whose tags stand as the rules proposed them to the person who first decided it, one by one: who
    confirms a list together has not read each, and what later rules say does not make earlier ones right.
    """

    passing: int  # messages of which the rules are sure
    drawn: int  # of those, drawn at random to be checked all the same
    checked: int  # of the drawn, decided by a person who opened them
    right: Share  # of the checked


def random_check(store: Store, start: datetime, end: datetime, account: str | None = None) -> RandomCheck:
    """Estimate how many of the messages that pass without a person are right.

    The messages are those that arrived from `start` up to, not including, `end`.
    """
    row = m.message.c
    here = _counted(start, end, account)
    with store.snapshot() as session:
        sure = select(func.count()).select_from(m.message).where(here, row.needs_person.is_(False))
        passing = int(session.connection().execute(sure).scalar_one())
        drawn = list(_drawn(session, here))
    checked = [right for right in drawn if right is not None]
    return RandomCheck(
        passing=passing, drawn=len(drawn), checked=len(checked), right=wilson(sum(checked), len(checked))
    )


def awaits_check(message: StoredMessage) -> bool:
    """Say whether a message of the random check was decided by nobody who opened it, or by nobody at all."""
    return message.random_check and all(event.bulk for event in standing(message.history))


def standing(history: Iterable[Decision]) -> tuple[Decision, ...]:
    """Give the events by which somebody says what the tags are, and which nobody has undone."""
    events = tuple(history)
    undone = {event.undoes for event in events}
    return tuple(event for event in events if event.action not in NO_CHECK and event.id not in undone)


def second_readings(
    store: Store, start: datetime, end: datetime, account: str | None = None
) -> tuple[SecondReading, ...]:
    """Give what was read twice of the messages that arrived from `start` up to, not including, `end`."""
    row = m.second_reading.c
    read = select(m.second_reading).join(m.message, row.message_id == m.message.c.id)
    with store.reading() as session:
        found = session.connection().execute(read.where(_counted(start, end, account)).order_by(row.message_id))
        return tuple(read_second(one) for one in found)


def agreements(readings: tuple[SecondReading, ...]) -> tuple[Agreement, ...]:
    """Say of each dimension how far the two readers agree: pure."""
    return tuple(
        agreement(dimension, [(_of(one.first_tags, dimension), _of(one.tags, dimension)) for one in readings])
        for dimension in (SINGLE[0], MANY[0], SINGLE[1], *MANY[1:])
    )


def _of(tags: tuple[TagRecord, ...], dimension: str) -> Values:
    return frozenset(tag.value for tag in tags if tag.dimension == dimension)


def _counted(start: datetime, end: datetime, account: str | None) -> ColumnElement[bool]:
    row = m.message.c
    users = and_(row.arrived_at >= start, row.arrived_at < end, row.from_team.is_(False))
    users = and_(users, func.coalesce(row.probable_copy_of, 0) == 0)  # so: SQLite is to go by the arrival
    return users if account is None else and_(users, row.account == account)


def _drawn(session: Session, here: ColumnElement[bool]) -> Iterator[bool | None]:
    """Go through the drawn messages of which the rules were sure: was it right? None: not checked yet."""
    row = m.message.c
    columns = (row.id, row.state, row.needs_person, row.rules_version)
    mine = session.connection().execute(select(*columns).where(here, row.drawn_check.is_(True)).order_by(row.id)).all()
    yield from (None for one in mine if one.state == ReviewState.PENDING and not one.needs_person)
    decided = [one for one in mine if one.state != ReviewState.PENDING]
    for some in in_chunks(decided, 500):
        ids = [one.id for one in some]
        tags, said, seen = tags_of(session, ids), _said(session, ids), _first_seen(session, ids)
        for one in some:
            verdict = said[one.id, seen.get(one.id, one.rules_version)]
            if not verdict.needs_person:
                right = tag_values(tags[one.id]) == tag_values(read_plain(TagRecord, verdict.tags))
                yield right if one.id in seen else None


def _first_seen(session: Session, ids: list[int]) -> dict[int, str]:
    """Give the version of the rules that the first person saw whose decision on the one message was not undone."""
    event = m.decision.c
    undone = select(event.undoes).where(event.message_id.in_(ids), event.undoes.is_not(None))
    decisions = select(event.message_id, event.rules_version).where(
        event.message_id.in_(ids),
        event.action.not_in(NO_CHECK),
        event.bulk == "",
        event.id.not_in(undone),
    )
    found = session.connection().execute(decisions.order_by(event.id.desc()))
    return {one.message_id: one.rules_version for one in found}  # the first is the last to be written here


def _said(session: Session, ids: list[int]) -> dict[tuple[int, str], Any]:
    row = m.verdict.c
    theirs = select(row.message_id, row.rules_version, row.tags, row.needs_person).where(row.message_id.in_(ids))
    return {(one.message_id, one.rules_version): one for one in session.connection().execute(theirs)}
