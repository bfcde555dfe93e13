"""What docs/scale.md says to do when a database grows, done in small: its statements are read from there."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import open_store
from storage.integrity import verify
from storage.messages import export_rows, raw_bytes, save_batch
from storage.retention import Part, retain
from storage.stretches import stretches_of

PAGE = Path(__file__).parents[3] / "docs/scale.md"

pytestmark = pytest.mark.postgres


def statements(heading: str) -> list[str]:
    """Give the SQL below a heading of the page, for a store of few messages."""
    below = PAGE.read_text().partition(f"**{heading}**")[2]
    (code, *_) = re.findall(r"```sql\n(.*?)```", below, re.DOTALL)
    return [one.strip() for one in code.replace("100000000", "3").split(";") if one.strip()]


@pytest.mark.parametrize(("table", "left"), [("message_raw", 0), ("message_text", 4)])
def test_messages_in_partitions_are_stored_read_verified_and_forgotten(table, left, postgres_url, new_message, now):
    with open_store(postgres_url) as store:
        save_batch(store, [new_message(number) for number in (1, 2)], None, now=now)
        before = list(export_rows(store))
        with store.writing() as session:
            for statement in statements("Partitions."):
                session.connection().execute(text(statement.replace("message_raw", table)))
        assert list(export_rows(store)) == before
        save_batch(store, [new_message(number) for number in (3, 4)], None, now=now)
        assert [held_in(store, f"{table}{part}") for part in ("_1", "_2", "")] == [2, 2, 4]
        assert raw_bytes(store, 4) == new_message(4).raw
        assert verify(store).faults == ()
        assert sum(stretch.messages for stretch in stretches_of(store)) == 4
        retain(store, {Part.RAW: new_message(4).arrived_at.replace(year=2100)}, now=now)
        assert held_in(store, table) == left


def held_in(store, table: str) -> int:
    with store.reading() as session:
        return session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
