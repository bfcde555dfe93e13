"""The few statements that the two databases write differently, and rows in bulk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

Item = TypeVar("Item")


def insert_once(session: Session, table: Table, row: Mapping[str, Any], key: Column[Any]) -> Any:
    """Insert a row and give its `key`; None, and nothing done, when any unique key stands already."""
    adding = _adding(session.get_bind().dialect.name, table, key)
    return session.connection().execute(adding, row).scalar()


@cache
def _adding(dialect: str, table: Table, key: Column[Any]) -> Any:
    """Build the statement once: building it costs three times what SQLite needs to run it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(key)


def insert_all(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once."""
    if rows:
        session.connection().execute(table.insert(), rows)


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, leaving out those of which any unique key stands already."""
    if rows:
        session.connection().execute(_adding_new(session.get_bind().dialect.name, table), rows)


@cache
def _adding_new(dialect: str, table: Table) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def in_chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
