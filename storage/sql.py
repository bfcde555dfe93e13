"""The few statements that the two databases write differently, and rows in bulk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

Item = TypeVar("Item")


def insert_once(session: Session, table: Table, row: Mapping[str, Any], key: Column[Any]) -> Any:
    """Insert a row and give its `key`; None, and nothing done, when any unique key stands already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    adding = insert(table).values(row).on_conflict_do_nothing().returning(key)
    return session.connection().execute(adding).scalar()


def insert_all(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once."""
    if rows:
        session.connection().execute(table.insert(), rows)


def in_chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
