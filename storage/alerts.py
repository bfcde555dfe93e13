"""For alerts: what stands, what somebody is still to be told of, and what there is to look at."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.order import LONDON
from storage.sql import insert_once
from storage.tombstones import NEVER_AGAIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """Something that is or was wrong; `told_began` and `told_ended` say whether somebody has been told."""

    id: int
    kind: str
    about: str
    words: str
    began_at: datetime
    ended_at: datetime | None
    told_began: bool
    told_ended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """Something that begins to be wrong."""

    kind: str
    about: str
    words: str


def standing_alerts(store: Store) -> tuple[Alert, ...]:
    """Give what is wrong, as of the last look, oldest first."""
    with store.reading() as session:
        found = select(m.alert).where(m.alert.c.ended_at.is_(None)).order_by(m.alert.c.id)
        return tuple(_alert(row) for row in session.connection().execute(found))


def untold_alerts(store: Store) -> tuple[Alert, ...]:
    """Give what somebody is still to be told of: that it began, that it ended, or both."""
    row = m.alert.c
    untold = or_(row.told_began_at.is_(None), and_(row.ended_at.is_not(None), row.told_ended_at.is_(None)))
    with store.reading() as session:
        return tuple(
            _alert(one) for one in session.connection().execute(select(m.alert).where(untold).order_by(row.id))
        )


def keep_news(store: Store, begin: Iterable[Beginning], end: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Write down what began and what ended; what stands already begins once only."""
    begin, end = tuple(begin), tuple(end)
    if not begin and not end:
        return

    def work(session: Session) -> None:
        for kind, about in end:
            here = (m.alert.c.kind == kind) & (m.alert.c.about == about) & m.alert.c.ended_at.is_(None)
            session.connection().execute(update(m.alert).where(here).values(ended_at=now))
        for one in begin:
            row = {"kind": one.kind, "about": one.about, "words": one.words, "began_at": now}
            insert_once(session, m.alert, row, m.alert.c.id)

    store.write(work)


def mark_told(store: Store, alert: Alert, *, now: datetime) -> None:
    """Write down that somebody was told of all that is known of an alert."""
    told: dict[str, Any] = {"told_began_at": now} if not alert.told_began else {}
    told |= {"told_ended_at": now} if alert.ended_at else {}
    store.write(
        lambda session: session.connection().execute(update(m.alert).where(m.alert.c.id == alert.id).values(told))
    )


def arrivals_by_day(store: Store, since: datetime) -> dict[str, dict[date, int]]:
    """Count messages by account and London day of arrival."""
    row = m.message.c
    came = select(row.account, row.arrived_at).where(row.arrived_at >= since)
    counted: dict[str, Counter[date]] = {}
    with store.reading() as session:
        for account, at in session.connection().execute(came):
            counted.setdefault(account, Counter())[at.astimezone(LONDON).date()] += 1
    return {account: dict(days) for account, days in counted.items()}


def set_aside_since(store: Store, since: datetime) -> int:
    """Count what was set aside since a moment because it could not be read, and still waits."""
    row = m.set_aside.c
    waits = row.released_as.is_(None) & row.too_large.is_(False) & (row.tries < NEVER_AGAIN)  # not what was erased
    many = select(func.count()).where(row.first_tried_at >= since, waits)
    with store.reading() as session:
        return int(session.connection().execute(many).scalar_one())


def first_run_at(store: Store, job: str, account: str) -> datetime | None:
    """Tell when a job was first run for a mailbox."""
    row = m.run.c
    with store.reading() as session:
        first = select(row.started_at).where(row.job == job, row.account == account).order_by(row.id).limit(1)
        at: datetime | None = session.connection().execute(first).scalar()
    return at


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        kind=row.kind,
        about=row.about,
        words=row.words,
        began_at=row.began_at,
        ended_at=row.ended_at,
        told_began=row.told_began_at is not None,
        told_ended=row.told_ended_at is not None,
    )
