"""The few statements that the two databases write differently, and rows in bulk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

from storage.errors import DamagedContent

Item = TypeVar("Item")


def insert_once(session: Session, table: Table, row: Mapping[str, Any], key: Column[Any]) -> Any:
    """Insert a row and give its `key`; None, and nothing done, when any unique key stands already."""
    adding = _adding(session.get_bind().dialect.name, table, key)
    return session.connection().execute(adding, row).scalar()


def insert_those_new(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], named: Column[Any], key: Column[Any]
) -> dict[Any, Any]:
    """Insert many rows at once but those of which any unique key stands; give the `key` of what went in by `named`."""
    if not rows:
        return {}
    adding = _adding(session.get_bind().dialect.name, table, named, key)
    return {name: number for name, number in session.connection().execute(adding, rows)}


@cache
def _adding(dialect: str, table: Table, *given: Column[Any]) -> Any:
    """Build the statement once: building it costs three times what SQLite needs to run it."""
    return _insert_of(dialect)(table).on_conflict_do_nothing().returning(*given)


def insert_all(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, of the columns that the first of them names."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        statement, columns = _by_place(table, tuple(rows[0]))
        connection.exec_driver_sql(statement, [_values(row, columns) for row in rows])
    else:
        connection.execute(_inserting(table), rows)


@cache
def _inserting(table: Table, *given: Column[Any]) -> Any:
    return table.insert().returning(*given) if given else table.insert()


@cache
def _by_place(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """Give SQLite's statement, and each column in its order with what writes its values.

    SQLAlchemy itself goes through a dictionary of parameters for each row: that takes as long as SQLite does.
    """
    dialect = sqlite.dialect()
    written = table.insert().compile(dialect=dialect, column_keys=names)
    types = ((name, table.c[name].type.dialect_impl(dialect)) for name in written.positiontup or ())
    return str(written), tuple((name, kind.bind_processor(dialect)) for name, kind in types)


def _values(row: Mapping[str, Any], columns: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
    return tuple([row[name] if write is None else write(row[name]) for name, write in columns])


def put_rows(session: Session, table: Table, rows: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """Have exactly these rows hang on messages, by their numbers; what stands already is left alone."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    standing = _standing(session, table, list(rows), keys)
    wanted = {number: {tuple(row[key] for key in keys): dict(row) for row in rows[number]} for number in rows}
    others = [number for number in rows if standing[number] != wanted[number]]
    if gone := [number for number in others if standing[number]]:
        session.connection().execute(delete(table).where(table.c.message_id.in_(gone)))
    insert_all(session, table, [row for number in others for row in wanted[number].values()])


def _standing(session: Session, table: Table, numbers: list[int], keys: list[str]) -> dict[int, dict[Any, Any]]:
    """Give what stands of messages, by the key of each row; what is damaged equals nothing, and makes way."""
    standing: dict[int, dict[Any, Any]] = {number: {} for number in numbers}
    try:
        for row in session.connection().execute(select(table).where(table.c.message_id.in_(numbers))).mappings():
            standing[row["message_id"]][tuple(row[key] for key in keys)] = dict(row)
    except DamagedContent:
        if len(numbers) == 1:
            return {numbers[0]: {(): None}}
        return {number: _standing(session, table, [number], keys)[number] for number in numbers}
    return standing


def insert_together(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], key: Column[Any]) -> None:
    """Insert many rows by statements of many rows each, for a table with triggers.

    FTS5 writes out what it holds back at the end of each statement in which a trigger fed it: one for each row takes
    twice as long. SQLAlchemy puts rows together where an insert gives something back.
    """
    if rows:
        session.connection().execute(_inserting(table, key), rows).all()


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, leaving out those of which any unique key stands already."""
    if rows:
        session.connection().execute(_adding_new(session.get_bind().dialect.name, table), rows)


@cache
def _adding_new(dialect: str, table: Table) -> Any:
    return _insert_of(dialect)(table).on_conflict_do_nothing()


def _insert_of(dialect: str) -> Any:
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def in_chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


class beside_indexes(ColumnElement[Any]):  # noqa: N801 - SQL constructs are written like functions
    """A column for which SQLite does not look in an index: its planner does not know how many rows have a value.

    SQLite keeps hands off where a sign stands before it (https://www.sqlite.org/optoverview.html, 1.3); PostgreSQL,
    which knows its values, gets the column itself.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column, self.type = column, column.type


@compiles(beside_indexes)
def _as_it_is(element: beside_indexes, compiler: SQLCompiler, **named: Any) -> str:
    return compiler.process(element.column, **named)


@compiles(beside_indexes, "sqlite")
def _with_a_sign(element: beside_indexes, compiler: SQLCompiler, **named: Any) -> str:
    return f"+{compiler.process(element.column, **named)}"
