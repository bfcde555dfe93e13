"""A database that a backup is to replace: its rows, as far as they can be read, whichever program made it."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, inspect, select

from storage import models as m
from storage.engine import Store
from storage.errors import StorageBusy, StorageError
from storage.tombstones import ERASED_MAIL

Rows = tuple[Row[Any], ...]
PORTION = 10_000
_MAIL = ("id", "mail_sha256")


def is_there(file: Path) -> bool:
    """Say whether there is a database to be replaced."""
    return file.exists() and bool(file.stat().st_size)


def rows_in(store: Store, table: Table, *which: ColumnElement[bool], only: Collection[str] = ()) -> Rows | None:
    """Give a table's rows, none where there is no such table; None where the database is damaged.

    Of a database of another schema, older or newer, the columns that both have; of these `only` some, where given.
    """
    try:
        with store.reading() as session:
            seen = inspect(session.connection())
            if not seen.has_table(table.name):
                return ()
            there = {column["name"] for column in seen.get_columns(table.name)}
            names = there.intersection(only) if only else there
            wanted = select(*(column for column in table.c if column.name in names)).where(*which)
            return tuple(session.connection().execute(wanted))
    except StorageBusy:
        raise
    except StorageError:
        return None


def is_same_line(made: Store, old: Store, *, one_secret: bool) -> bool:
    """Say whether two databases were one, and each number that both have is that of one mail.

    They were one where the secret is (`one_secret`), or where both stored the first message of both at one moment.
    What came later may have come at different moments: mail that is fetched again after a restore has its number back.
    """
    ours, theirs = (last_there(store) for store in (made, old))
    if not ours or not theirs:
        return not ours
    return (one_secret or _begin_together(made, old)) and _agree(made, old, min(ours, theirs))


def mails_beside(old: Store, numbers: Collection[int]) -> Rows | None:
    """Give the number and mail of a database's messages that are not among `numbers`; None where it is damaged."""
    row, found = m.message.c, list[Row[Any]]()
    for some in _portions(last_there(old) or 0):
        rows = rows_in(old, m.message, row.id.between(some[0], some[-1]), only=_MAIL)
        if rows is None:
            return None
        found += [one for one in rows if one.id not in numbers]
    return tuple(found)


def _begin_together(made: Store, old: Store) -> bool:
    """Say whether the first message that both hold was stored by both at one moment."""
    row = m.message.c
    first = select(func.min(row.id)).scalar_subquery()
    firsts = [rows_in(store, m.message, row.id == first, only=("id",)) for store in (made, old)]
    number = max((one.id for rows in firsts for one in rows or ()), default=0)
    here, there = (rows_in(store, m.message, row.id == number, only=("id", "stored_at")) for store in (made, old))
    return bool(here and there and here[0].stored_at == there[0].stored_at)


def _agree(made: Store, old: Store, last: int) -> bool:
    """Say whether no number up to `last` is that of two mails; of what was erased nobody can tell."""
    row = m.message.c
    for some in _portions(last):
        here, there = (rows_in(one, m.message, row.id.between(some[0], some[-1]), only=_MAIL) for one in (made, old))
        if here is None or there is None:
            return False
        known = {one.id: one.mail_sha256 for one in there}
        if any(_are_two(one.mail_sha256, known.get(one.id, one.mail_sha256)) for one in here):
            return False
    return True


def _are_two(mail: str, other: str) -> bool:
    return mail != other and not (mail.startswith(ERASED_MAIL) or other.startswith(ERASED_MAIL))


def _portions(last: int) -> Iterator[range]:
    return (range(first, first + PORTION) for first in range(1, last + 1, PORTION))


def is_empty(store: Store) -> bool:
    """Say whether a database holds no message; one that cannot be read may hold some."""
    return last_there(store) == 0


def last_there(store: Store) -> int | None:
    """Give the last number of a database's messages, 0 where there are none; None where it cannot be read."""
    rows = rows_in(store, m.message, m.message.c.id == select(func.max(m.message.c.id)).scalar_subquery(), only=("id",))
    return None if rows is None else max((row.id for row in rows), default=0)
