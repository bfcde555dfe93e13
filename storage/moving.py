"""A database moved whole into an empty one of the other kind: every row of every table, in one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, text, true
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NotEmpty, NotMovedWhole
from storage.moved import MOVED, mark_moved
from storage.numbers import numbers_given
from storage.sql import in_chunks, insert_all
from storage.tombstones import known_key

ROWS, BODIES = 500, 4  # read and written together; a message may have 25 MB
_LARGE = (m.message_raw, m.message_text, m.set_aside_raw, m.search_text)
# What the new database says of itself stands; locks are of processes that work on the old one.
_OF_ITSELF = ("oldest program", "job tables", MOVED)
_LEFT_OUT = (m.run_lock,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What was moved: rows of all tables, and the messages among them."""

    rows: int
    messages: int


def move(source: Store, target: Store, told: Callable[[int, int], None], *, now: datetime) -> Moved:
    """Copy every row into a database that has its tables and holds nothing, or nothing at all; the source stays.

    Nobody writes to the source meanwhile, nor afterwards: it is marked, and what still runs on it is refused.
    `told` hears how many rows of how many are copied. Raise NotEmpty, ErasureKeyMissing where the target's key is not
    that of the source's erasures, NotMovedWhole when rows are missing.
    """
    with source.writing() as read, target.writing() as write:
        _check_empty(write)
        if _count(read, m.tombstone):
            known_key(read, target)
        total, done = sum(_count(read, table) for table in _tables()), 0
        write.connection().execute(delete(m.fact).where(m.fact.c.name.not_in(_OF_ITSELF)))
        for table in _tables():
            for chunk in in_chunks(_rows(read, table), _many(table)):
                insert_all(write, table, chunk)
                done += len(chunk)
                told(done, total)
            _check_whole(read, write, table)
            _go_on_counting(write, table, numbers_given(read) if table is m.message else 0)
        mark_moved(read, target.name, now=now)
        return Moved(rows=done, messages=_count(write, m.message))


def _tables() -> Iterator[Table]:
    """Give the tables in an order in which no row names one that comes later.

    The words of search come last: PostgreSQL marks each, as it comes, by the tags and rules of its message.
    """
    ordered = sorted(m.METADATA.sorted_tables, key=lambda table: table is m.search_text)
    return (table for table in ordered if table not in _LEFT_OUT)


def _rows(session: Session, table: Table) -> Iterator[dict[str, Any]]:
    """Give the rows in the order of their numbers: an undo names what it undoes.

    Copies come after all originals, which they name: an original that was fetched again after a restore has its old
    number, and that of its copy may be lower.
    """
    original = m.message.c.probable_copy_of.is_(None)
    for which in (original, ~original) if table is m.message else (true(),):
        wanted = select(table).where(*_moved(table), which).order_by(*table.primary_key)
        found = session.connection().execute(wanted.execution_options(yield_per=_many(table)))
        yield from (dict(row) for row in found.mappings())


def _moved(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (table.c.name.not_in(_OF_ITSELF),) if table is m.fact else ()


def _many(table: Table) -> int:
    return BODIES if table in _LARGE else ROWS


def _count(session: Session, table: Table) -> int:
    counted = select(func.count()).select_from(table).where(*_moved(table))
    return int(session.connection().execute(counted).scalar_one())


def _check_empty(write: Session) -> None:
    for table in _tables():
        if table is not m.fact and _count(write, table):
            raise NotEmpty(table.name)


def _check_whole(read: Session, write: Session, table: Table) -> None:
    if _count(read, table) != _count(write, table):
        raise NotMovedWhole(table.name)


def _go_on_counting(write: Session, table: Table, given: int) -> None:
    """Have PostgreSQL number new rows from the last one on: rows that bring their number do not move its counter.

    `given` is the last number that was given before.
    """
    (key, *more) = table.primary_key
    if more or not key.autoincrement or write.get_bind().dialect.name != "postgresql":
        return
    counter = select(func.pg_get_serial_sequence(table.name, key.name))
    name = write.connection().execute(counter).scalar()
    last = write.connection().execute(select(func.max(key))).scalar()
    if name is not None and last is not None:
        write.connection().execute(text("SELECT setval(:name, :last)"), {"name": name, "last": max(last, given)})
