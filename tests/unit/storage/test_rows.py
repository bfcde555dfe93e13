"""Rows that are inserted by the short way are those that SQLAlchemy inserts."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, Table, create_engine, text
from sqlmodel import Session

from storage.columns import BigId, CleanText, Json, PackedBytes, PackedJson, UtcMoment
from storage.sql import insert_all

TABLE = Table(
    "everything",
    MetaData(),
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("start", Integer),
    Column("words", CleanText),
    Column("at", UtcMoment),
    Column("told", Json),
    Column("packed", PackedJson),
    Column("body", PackedBytes),
    Column("sure", Boolean),
    Column("confidence", Float),
    Column("left_out", CleanText, server_default="as the table has it"),
)
ANY_TEXT = st.text(st.characters() | st.sampled_from("\x00\ud800\udfff"))
VALUES = {
    "start": st.none() | st.integers(-(2**63), 2**63 - 1),
    "words": st.none() | ANY_TEXT,
    "at": st.none() | st.datetimes(timezones=st.timezones()).filter(lambda moment: 1 < moment.year < 9999),
    "told": st.lists(st.text() | st.integers() | st.none()),
    "packed": st.dictionaries(st.text(), st.text()),
    "body": st.none() | st.binary(),
    "sure": st.none() | st.booleans(),
    "confidence": st.floats(allow_nan=False),
}
ROWS = st.lists(st.fixed_dictionaries(VALUES), max_size=4)


def kept(rows: list[dict[str, Any]], *, short: bool) -> list[Any]:
    """Insert rows, and give what SQLite has of them then, with the type of each value."""
    engine = create_engine("sqlite://")
    with Session(engine) as session:
        TABLE.create(session.connection())
        if short:
            insert_all(session, TABLE, rows)
        elif rows:
            session.connection().execute(TABLE.insert(), rows)
        found = session.connection().execute(text("SELECT * FROM everything ORDER BY id")).all()
    engine.dispose()
    return [tuple((type(value), value) for value in row) for row in found]


@settings(deadline=None, max_examples=50)  # each makes two databases
@given(ROWS)
def test_the_short_way_keeps_what_sqlalchemy_keeps(values: list[dict[str, Any]]) -> None:
    rows = [{"id": number} | row for number, row in enumerate(values)]
    assert kept(rows, short=True) == kept(rows, short=False)
