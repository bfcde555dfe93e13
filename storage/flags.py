"""Whom messages are flagged for: how many each, and what becomes of the flags of somebody who leaves."""

from datetime import datetime

from sqlalchemy import func, select

from storage import models as m
from storage.decisions import FLAG, flag
from storage.engine import Store


def flags_up(store: Store) -> dict[str, int]:
    """Count the messages that are flagged for each name, in order of the names."""
    whom = m.message.c.flagged_for
    counted = select(whom, func.count()).where(whom != "").group_by(whom).order_by(whom)
    with store.reading() as session:
        return {name: int(many) for name, many in session.connection().execute(counted)}


def hand_flags_over(store: Store, whose: str, to: str, *, who: str, note: str, now: datetime) -> int:
    """Flag for `to` what is flagged for `whose`, each with an event of its own; give how many."""
    row = m.message.c
    theirs = select(row.id).where(row.flagged_for == whose, row.flagged_for != "").order_by(row.id)
    with store.reading() as session:
        numbers = session.connection().execute(theirs).scalars().all()
    for number in numbers:
        flag(store, number, who=who, flagged_for=to, note=note, now=now)
    return len(numbers)


def flags_handed_over(store: Store, to: str, *, note: str, since: datetime) -> int:
    """Count the messages that are flagged for `to`, and were handed over to them with this note since a moment."""
    row, event = m.message.c, m.decision.c
    theirs = (event.who == to, event.action == FLAG, event.note == note, event.at >= since, row.flagged_for == to)
    counted = select(func.count(row.id.distinct())).join(m.decision, event.message_id == row.id).where(*theirs)
    with store.reading() as session:
        return int(session.connection().execute(counted).scalar_one())
