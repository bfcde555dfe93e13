"""Upgrades: every revision brings its data along, and a database says which programs it serves."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from storage.engine import open_store
from storage.errors import SchemaAhead, SchemaBehind
from storage.integrity import verify
from storage.messages import export_rows, save_batch
from storage.models import METADATA
from storage.revisions import HEAD, REVISIONS
from storage.serving import OLDEST_PROGRAM
from storage.upgrade import alembic_config, upgrade


@pytest.fixture
def filled(sqlite_store, new_message, new_set_aside, now):
    save_batch(sqlite_store, [new_message(1), new_message(2), new_set_aside(3)], None, now=now)
    return sqlite_store


def made_at(revision: str, file: Path, source: Path) -> str:
    """Make a database at an older revision that holds what `source` holds, as far as it has a place for it."""
    url = f"sqlite:///{file}"
    with open_store(url, check_schema=False) as store, store.writing() as session:
        command.upgrade(alembic_config(session.connection()), revision)
    old = sqlite3.connect(file)
    old.execute("ATTACH ? AS new", (str(source),))
    for table in METADATA.sorted_tables:
        columns = [row[1] for row in old.execute(f"PRAGMA main.table_info({table.name})")]
        if columns:
            names = ", ".join(f'"{name}"' for name in columns)
            old.execute(f'INSERT INTO main."{table.name}" ({names}) SELECT {names} FROM new."{table.name}"')
    old.execute("DELETE FROM fact WHERE name = 'oldest program'")
    old.commit()
    old.close()
    return url


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_database_of_each_revision_comes_along_with_its_data(revision, filled, tmp_path):
    url = made_at(revision, tmp_path / "old.db", filled.path)
    with pytest.raises(SchemaBehind, match="statshop upgrade"):
        open_store(url)
    assert upgrade(url) == HEAD
    with open_store(url) as upgraded:
        assert list(export_rows(upgraded)) == list(export_rows(filled))
        assert verify(upgraded).faults == ()


def test_a_database_states_the_oldest_program_it_serves(store):
    with store.reading() as session:
        stated = session.connection().execute(text("SELECT value FROM fact WHERE name = 'oldest program'")).scalar()
    assert stated == OLDEST_PROGRAM
    assert OLDEST_PROGRAM in REVISIONS


@pytest.mark.parametrize(("oldest", "serves"), [(HEAD, True), (REVISIONS[0], True), ("9998", False), (None, False)])
def test_a_newer_database_is_used_only_where_it_serves_this_program(oldest, serves, store, store_url):
    with store.writing() as session:
        do = session.connection().execute
        do(text("UPDATE alembic_version SET version_num = '9999'"))
        do(text("UPDATE fact SET value = :oldest WHERE name = 'oldest program'"), {"oldest": oldest or ""})
        if oldest is None:
            do(text("DELETE FROM fact WHERE name = 'oldest program'"))
    if serves:
        open_store(store_url).close()
        return
    with pytest.raises(SchemaAhead, match="Install the newer program"):
        open_store(store_url)
