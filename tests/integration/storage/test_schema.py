"""The schema: migrations and models give the same database; programs refuse one that is not theirs."""

import re
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from storage import foreign
from storage.engine import check_health, current_revision, open_store
from storage.errors import (
    DatabaseDamaged,
    FileUnusable,
    OtherProgramsFile,
    SchemaAhead,
    SchemaBehind,
    StorageUnreachable,
    UnknownDatabase,
)
from storage.models import METADATA
from storage.revisions import HEAD, REVISIONS
from storage.upgrade import alembic_config, upgrade


def test_one_head_and_the_program_knows_it():
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_migrated_schema_equals_the_models(store):
    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"include_object": foreign.is_ours})
        assert compare_metadata(context, METADATA) == []


def test_foreign_objects_are_those_that_are_named(store):
    with store.reading() as session:
        looking = inspect(session.connection())
        tables = set(looking.get_table_names()) - set(METADATA.tables) - {"alembic_version"}
        columns = {one["name"] for one in looking.get_columns("search_text")} - set(
            METADATA.tables["search_text"].c.keys()
        )
        if store.on_postgresql:
            assert (tables, columns) == (set(foreign.POSTGRESQL_TABLES), {"words", "marks"})
            return
        made = session.connection().execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        assert tables == set(foreign.SQLITE_TABLES)
        assert set(made) == {"search_text_added", "search_text_changed", "search_text_removed"}


@pytest.mark.parametrize("made", ["CREATE TABLE message (id)", "CREATE TABLE alembic_version (version_num)"])
def test_the_file_of_another_program_is_left_as_it_is(tmp_path, made):
    file = tmp_path / "cookies.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute(made)
    before = file.read_bytes()
    for use in (upgrade, open_store):
        with pytest.raises(OtherProgramsFile, match=r"cookies\.db holds the tables of another program"):
            use(f"sqlite:///{file}")
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["cookies.db"]


def test_upgrade_again_changes_nothing(store_url):
    assert upgrade(store_url) == HEAD


def test_two_upgrades_at_once_end_well(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    with ThreadPoolExecutor(1) as other:
        assert {other.submit(upgrade, url).result(), upgrade(url)} == {HEAD}


def test_a_database_without_tables_is_behind(tmp_path):
    with pytest.raises(SchemaBehind, match=r"has no tables yet.*statshop upgrade"):
        open_store(f"sqlite:///{tmp_path}/new.db")


def test_a_newer_database_is_refused_and_left_alone(store, store_url):
    with store.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.connection().execute(text("UPDATE fact SET value = '9999' WHERE name = 'oldest program'"))
    with pytest.raises(SchemaAhead, match="9999"):
        open_store(store_url)
    with pytest.raises(SchemaAhead):
        upgrade(store_url)
    with pytest.raises(SchemaAhead):
        check_health(store)
    assert current_revision(store) == "9999"


def test_sqlite_file_and_folder_are_private(tmp_path):
    file = tmp_path / "var" / "deep" / "statshop.db"
    upgrade(f"sqlite:///{file}")
    with open_store(f"sqlite:///{file}") as store, store.writing() as session:
        session.connection().execute(text("UPDATE folder SET last_uid = 1"))
        kept = [file, *file.parent.glob("statshop.db-*")]
        assert len(kept) == 3
        assert {stat.S_IMODE(one.stat().st_mode) for one in kept} == {0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("url", "error"),
    [
        pytest.param("mysql://somewhere/db", UnknownDatabase, id="another kind"),
        pytest.param("nonsense", UnknownDatabase, id="no address"),
        pytest.param("secret:words/somewhere", UnknownDatabase, id="a secret in the wrong place"),
        pytest.param("secret://somewhere/db", UnknownDatabase, id="a secret before the colon"),
        pytest.param("sqlite://", UnknownDatabase, id="memory"),
        pytest.param("sqlite://var/x.db", UnknownDatabase, id="two slashes"),
        pytest.param("sqlite:///x.db?mode=ro", UnknownDatabase, id="words behind the file"),
        pytest.param("postgresql+psycopg://nobody:secret@127.0.0.1:1/none", StorageUnreachable, id="nobody listens"),
        pytest.param("sqlite:////proc/nothing/here.db", FileUnusable, id="no such folder"),
    ],
)
def test_a_wrong_address_is_a_sentence(url, error):
    with pytest.raises(error) as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


def test_a_file_that_may_not_be_written_is_named(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/x.db")
    with open_store(f"sqlite:///{tmp_path}/x.db") as store:
        refused = sqlite3.OperationalError("attempt to write a readonly database")
        refused.sqlite_errorname = "SQLITE_READONLY_DIRECTORY"
        why = "x.db cannot be used: the file may not be written.*folder it lies in"
        with pytest.raises(FileUnusable, match=why), store.reading():
            raise OperationalError(None, None, refused)


@pytest.mark.parametrize("kind", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_server_that_is_not_there_is_said_in_words_however_it_is_addressed(kind):
    with pytest.raises(StorageUnreachable) as refused:
        open_store(f"{kind}://nobody:secret@127.0.0.1:1/none")
    assert str(refused.value).startswith("The database cannot be reached: nothing listens at that host and port.")
    assert refused.value.may_pass


@pytest.mark.postgres
def test_a_server_that_refuses_says_why(postgres_url):
    for change, words in (
        ({"database": "not_there"}, "the server has no such database or user"),
        ({"username": "nobody_at_all"}, "the server has no such database or user"),
        ({"query": {"host": "no-such-host.invalid"}}, "there is no host of that name"),
    ):
        address = make_url(postgres_url).set(**change).render_as_string(hide_password=False)
        with pytest.raises(StorageUnreachable) as refused:
            open_store(address)
        assert words in str(refused.value)
        assert not re.search("not_there|nobody_at_all|invalid|OperationalError", str(refused.value))


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    (tmp_path / "x.db").write_text("This is a letter, not a database. " * 100)
    with pytest.raises(DatabaseDamaged, match="is damaged or is none"):
        open_store(f"sqlite:///{tmp_path}/x.db")


def test_revisions_are_in_order():
    assert sorted(REVISIONS) == list(REVISIONS)
