"""Upgrades: every revision brings its data along, and a database says which programs it serves."""

import gzip
import json
import re
import sqlite3
from pathlib import Path

import psycopg
import pytest
from alembic import command
from fakes.released import RELEASES, told
from sqlalchemy import text

from storage.alerts import standing_alerts
from storage.decisions import undo
from storage.engine import open_store
from storage.errors import SchemaAhead, SchemaBehind
from storage.integrity import verify
from storage.ledger import last_counts
from storage.messages import export_rows, save_batch
from storage.models import METADATA
from storage.reports import issues
from storage.revisions import HEAD, REVISIONS
from storage.serving import OLDEST_PROGRAM
from storage.upgrade import alembic_config, upgrade
from storage.users import users

VERSIONS = sorted(path.stem for path in RELEASES.glob("*.json"))


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def released(request, tmp_path):
    """Give a function that unpacks the database a release made, and gives its address."""
    if request.param == "sqlite":
        return lambda version: on_sqlite(version, tmp_path)
    address = request.getfixturevalue("postgres_url")
    return lambda version: on_postgresql(version, address)


def on_sqlite(version: str, folder: Path) -> str:
    (folder / "released.db").write_bytes(gzip.decompress((RELEASES / f"{version}.db.gz").read_bytes()))
    return f"sqlite:///{folder / 'released.db'}"


def on_postgresql(version: str, address: str) -> str:
    script = gzip.decompress((RELEASES / f"{version}.sql.gz").read_bytes()).decode()
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")  # what the present program made
        connection.execute(script)
    return address


def still_says(now: object, then: object) -> bool:
    """Say whether all that an older export says is still said; a newer one may say more."""
    if isinstance(then, dict) and isinstance(now, dict):
        return all(key in now and still_says(now[key], value) for key, value in then.items())
    if isinstance(then, list) and isinstance(now, list):
        return len(then) == len(now) and all(map(still_says, now, then))
    return now == then


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_each_release_comes_forward_with_its_data(version, released, now):
    url = released(version)
    with pytest.raises(SchemaBehind, match="statshop upgrade"):
        open_store(url)
    assert upgrade(url) == HEAD
    then = [json.loads(line) for line in (RELEASES / f"{version}.json").read_text().splitlines()]
    with open_store(url) as store:
        assert verify(store).faults == ()
        assert still_says([json.loads(line) for line in told(store)], then)
        assert [row.counts.stored for row in last_counts(store)] == [3]
        assert [alert.about for alert in standing_alerts(store)] == ["/var"]
        assert (users(store)[0].name, issues(store)[0].month) == ("reviewer", "2011-03")
        assert undo(store, "reviewer", now=now).message_id == 1  # the program goes on with what it finds


def test_there_is_a_database_of_every_release():
    changes = (RELEASES.parents[2] / "CHANGELOG.md").read_text()
    assert re.findall(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE) == VERSIONS[::-1]
    made = {path.name for path in RELEASES.iterdir()}
    assert made == {f"{version}.{kind}" for version in VERSIONS for kind in ("json", "db.gz", "sql.gz")}


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
    with pytest.raises(SchemaAhead, match="install the newer program"):
        open_store(store_url)
