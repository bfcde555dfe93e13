"""Attempts to sign in: each counts as refused before its password is looked at, so that many at once are no more."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from storage import models as m
from storage.engine import Store
from storage.users import name_key

_TAKES_TURNS = 0x7369676E696E  # the advisory lock of PostgreSQL under which attempts are counted; SQLite has one writer


def begin_attempt(store: Store, name: str, *, since: datetime, most: int, now: datetime) -> int | None:
    """Count an attempt to sign in under a name, and give its number; None where `most` were counted since a moment."""
    row = m.failed_sign_in.c
    counted = select(func.count()).where(row.name_key == name_key(name), row.at >= since)
    counting = insert(m.failed_sign_in).values(name_key=name_key(name), source="", at=now).returning(row.id)

    def work(session: Any) -> int | None:
        do = session.connection().execute
        if store.on_postgresql:
            do(select(func.pg_advisory_xact_lock(_TAKES_TURNS)))
        return None if do(counted).scalar_one() >= most else int(do(counting).scalar_one())

    return store.write(work)


def attempt_succeeded(store: Store, attempt: int) -> None:
    """Count an attempt no longer: the password was right."""
    forgetting = delete(m.failed_sign_in).where(m.failed_sign_in.c.id == attempt)
    store.write(lambda session: session.connection().execute(forgetting))
