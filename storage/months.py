"""A month as it is tagged now, counted by the database: for the page, which shows no message of it one by one."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from storage import models as m
from storage.engine import Store
from storage.records import ReviewState

TRIAGE = ("disposition", "triage")


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthFigures:
    """Counts of a period, of mail that is not the team's own; probable copies are left out."""

    messages: int
    triage: int
    reviewed: int
    needs_person: int
    tags: Counter[tuple[str, str]]


def month_figures(store: Store, start: datetime, end: datetime) -> MonthFigures:
    """Count the messages that arrived from `start` up to, not including, `end`."""
    row, tag, here = m.message.c, m.tag.c, counted_here(start, end)
    pending = row.state == ReviewState.PENDING
    asks = func.sum(case((and_(pending, row.needs_person), 1), else_=0))
    whole = select(func.count(), func.sum(case((pending, 0), else_=1)), asks).where(here)
    joined = m.message.join(m.tag, tag.message_id == row.id)
    by_tag = select(tag.dimension, tag.value, func.count()).select_from(joined).where(here)
    with store.snapshot() as session:
        do = session.connection().execute
        messages, reviewed, needs_person = do(whole).one()
        found = do(by_tag.group_by(tag.dimension, tag.value)).all()
    tags = Counter({(dimension, value): many for dimension, value, many in found})
    return MonthFigures(
        messages=messages, triage=tags[TRIAGE], reviewed=reviewed or 0, needs_person=needs_person or 0, tags=tags
    )


def counted_here(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Tell of a row of `message` whether it arrived in the period and counts as mail to the team."""
    row = m.message.c
    copies = func.coalesce(row.probable_copy_of, 0) == 0  # so: SQLite is to go by the arrival
    return and_(row.arrived_at >= start, row.arrived_at < end, row.from_team.is_(False), copies)
