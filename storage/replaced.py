"""A database that a backup is to replace: its rows, as far as they can be read, whichever program made it."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, inspect, select

from storage import models as m
from storage.engine import Store
from storage.errors import StorageBusy, StorageError

Rows = tuple[Row[Any], ...]


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


def is_same_line(made: Store, old: Store) -> bool:
    """Say whether two databases were one: the last message that both should hold was stored by both at one moment."""
    ours, theirs = (last_there(store) for store in (made, old))
    if not ours or not theirs:
        return not ours
    row, last = m.message.c, min(ours, theirs)
    here, there = (rows_in(store, m.message, row.id == last) for store in (made, old))
    return bool(here and there and here[0].stored_at == there[0].stored_at)


def is_empty(store: Store) -> bool:
    """Say whether a database holds no message; one that cannot be read may hold some."""
    return last_there(store) == 0


def last_there(store: Store) -> int | None:
    """Give the last number of a database's messages, 0 where there are none; None where it cannot be read."""
    rows = rows_in(store, m.message, m.message.c.id == select(func.max(m.message.c.id)).scalar_subquery(), only=("id",))
    return None if rows is None else max((row.id for row in rows), default=0)
