"""How long things are kept: which messages are old enough to lose a part, and the losing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.forgetting import Part, Why, forget
from storage.senders import sender_secret
from storage.sql import in_chunks
from storage.tombstones import NEVER_AGAIN

CHUNK = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """How many messages lose each part, and how many old ones are set aside and wait for a person."""

    parts: Mapping[Part, int]
    waiting: int


def due(store: Store, before: Mapping[Part, datetime]) -> Due:
    """Count what retention would take: for each part, the messages that arrived before its moment and still have it."""
    oldest = max(before.values(), default=None)
    with store.reading() as session:
        parts = {part: len(_due(session, part, moment)) for part, moment in before.items()}
        row = m.set_aside.c
        waits = row.released_as.is_(None) & row.too_large.is_(False) & (row.tries < NEVER_AGAIN)  # not what was erased
        old = select(func.count()).where(row.arrived_at < oldest, waits)
        waiting = session.connection().execute(old).scalar_one() if oldest else 0
    return Due(parts=parts, waiting=waiting)


def retain(store: Store, before: Mapping[Part, datetime], *, now: datetime) -> Due:
    """Take each part from the messages that are due, some at a time, and give what was taken."""
    counted = due(store, before)
    secret = sender_secret(store)
    for part, moment in before.items():
        with store.reading() as session:
            ids = _due(session, part, moment)
        for chunk in _months(store, ids):
            _take(store, chunk, part, secret, now)
    return counted


def _take(store: Store, ids: list[int], part: Part, secret: bytes, now: datetime) -> None:
    def work(session: Session) -> None:
        forget(session, ids, (part,), Why.RETENTION, secret=secret, now=now)

    store.write(work)


def _months(store: Store, ids: list[int]) -> list[list[int]]:
    """Part the messages by London month: the senders of a month get their made-up names together."""
    by_month: dict[str, list[int]] = {}
    with store.reading() as session:
        for chunk in in_chunks(ids, CHUNK):
            rows = select(m.message.c.id, m.message.c.arrived_month).where(m.message.c.id.in_(chunk))
            for number, month in session.connection().execute(rows):
                by_month.setdefault(month, []).append(number)
    return [by_month[month] for month in sorted(by_month)]


def _due(session: Session, part: Part, moment: datetime) -> list[int]:
    return list(session.connection().execute(_old(part, moment)).scalars())


def _old(part: Part, moment: datetime) -> Select[Any]:
    gone = exists().where(m.forgotten.c.message_id == m.message.c.id, m.forgotten.c.part == part)
    return select(m.message.c.id).where(m.message.c.arrived_at < moment, ~gone).order_by(m.message.c.id)


__all__ = ["Due", "Part", "due", "retain"]
