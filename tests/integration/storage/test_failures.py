"""What goes wrong under the store comes up as one sentence, with nothing half-written and nobody's mail in it."""

import random
import sqlite3
import threading
import traceback
from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from storage.engine import open_store
from storage.errors import DiskFull, StorageBusy, StorageError, StorageUnreachable
from storage.integrity import verify
from storage.messages import advance, folder_state, message_ids, save_batch
from storage.records import FolderState
from storage.wrapping import errors_in_words

STATE = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=20)


def test_f21_disk_full_keeps_nothing_of_the_batch(sqlite_store, new_message, now):
    with sqlite_store.reading() as session:
        pages = session.connection().execute(text("PRAGMA page_count")).scalar_one()
    full = open_store(f"sqlite:///{sqlite_store.path}")

    def limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    event.listen(full._engine, "checkout", limit)
    batch = tuple(new_message(uid, raw=bytes(f"{uid}", "ascii") + random_bytes(uid)) for uid in range(20))
    with pytest.raises(DiskFull, match="Nothing was half-written"):
        save_batch(full, batch, STATE, now=now)
    full.close()
    assert message_ids(sqlite_store) == ()
    assert folder_state(sqlite_store, "statshop", "INBOX") is None
    assert {one.outcome for one in save_batch(sqlite_store, batch, STATE, now=now)} == {"stored"}
    assert verify(sqlite_store).faults == ()


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"])
def test_f21_each_of_sqlites_names_for_a_full_disk_is_the_same_sentence(name):
    refused = sqlite3.OperationalError("disk I/O error")
    refused.sqlite_errorname = name
    with pytest.raises(DiskFull), errors_in_words():
        raise OperationalError("INSERT", {}, refused)


def random_bytes(seed):
    return random.Random(seed).randbytes(50_000)


def test_a_few_batches_lie_in_sqlites_log_before_they_are_written_a_second_time(sqlite_store, new_message, now):
    def megabytes():
        return sqlite_store.path.stat().st_size / 1e6

    def keep(first, last):
        for number in range(first, last):
            batch = [new_message(number * 20 + one, raw=random_bytes(number * 20 + one)) for one in range(20)]
            save_batch(sqlite_store, batch, None, now=now)

    before = megabytes()
    keep(0, 10)
    assert megabytes() == before
    keep(10, 40)
    assert megabytes() > 20


def test_f86_a_writer_waits_for_another(store, store_url, now):
    with open_store(store_url) as other:
        held, go = threading.Event(), threading.Event()

        def hold():
            with other.writing() as session:
                session.connection().execute(text("UPDATE folder SET last_uid = last_uid"))
                held.set()
                go.wait(10)

        holding = threading.Thread(target=hold)
        holding.start()
        held.wait(10)
        threading.Timer(0.3, go.set).start()
        advance(store, STATE)
        holding.join()
    assert folder_state(store, "statshop", "INBOX") == STATE


def test_f86_readers_do_not_wait_for_a_writer(store, now):
    with store.writing() as session:
        session.connection().execute(text("UPDATE folder SET last_uid = last_uid"))
        assert message_ids(store) == ()


def test_a_database_that_is_held_too_long_is_busy(sqlite_url, monkeypatch):
    monkeypatch.setattr("storage.engine._PRAGMAS", ("PRAGMA busy_timeout = 50",))
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with open_store(sqlite_url) as store, pytest.raises(StorageBusy, match="try again"):
        advance(store, STATE)
    holder.close()


@pytest.mark.postgres
def test_a_server_that_goes_away_is_unreachable_and_comes_back(postgres_url, postgres_server):
    with open_store(postgres_url) as store, open_store(postgres_url) as other:
        with pytest.raises(StorageUnreachable):
            _ask_a_server_that_ends(store, other)
        assert message_ids(store) == ()


def _ask_a_server_that_ends(store, other):
    with store.reading() as session:
        mine = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.writing() as killing:
            killing.connection().execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        session.connection().execute(text("SELECT 1"))


def test_no_error_quotes_a_message(store, new_message, now):
    canary = "canary-in-the-subject"
    with store.writing() as session:
        session.connection().execute(text("ALTER TABLE message_text RENAME TO hidden"))
    with pytest.raises(StorageError) as refused:
        save_batch(store, (new_message(1, subject=canary),), None, now=now)
    assert canary not in "".join(traceback.format_exception(refused.value))


@pytest.mark.postgres
def test_no_error_quotes_a_failing_row(postgres_url, new_message, now):
    canary = "canary-in-the-subject"
    with open_store(postgres_url) as store:
        with store.writing() as session:
            session.connection().execute(text("ALTER TABLE message ADD CHECK (subject <> 'canary-in-the-subject')"))
        with pytest.raises(StorageError, match="23514") as refused:
            save_batch(store, (new_message(1, subject=canary),), None, now=now)
    assert canary not in "".join(traceback.format_exception(refused.value))


def test_many_writers_at_once_lose_nothing(store, store_url, new_message, now):
    def save(first):
        with open_store(store_url) as mine:
            for start in range(first, first + 20, 5):
                save_batch(mine, tuple(new_message(uid) for uid in range(start, start + 10)), None, now=now)

    threads = [threading.Thread(target=save, args=(first,)) for first in (0, 5, 10, 15)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(message_ids(store)) == 40
    assert verify(store).faults == ()


def test_verify_names_a_changed_byte(store, new_message, now):
    saved = save_batch(store, (new_message(1), new_message(2)), None, now=now)
    with store.writing() as session:
        swap = (
            "UPDATE message_raw SET body = (SELECT body FROM message_raw WHERE message_id = :a) WHERE message_id = :b"
        )
        session.connection().execute(text(swap), {"a": saved[0].message_id, "b": saved[1].message_id})
        session.connection().execute(text("UPDATE tag SET queue_rank = 0"))
    found = verify(store)
    assert found.messages == 2
    assert found.faults == (
        f"message {saved[1].message_id}: its bytes are not those that were received",
        "tags out of place: 4",
    )


@pytest.mark.parametrize(
    ("gone", "fault"),
    [
        ("DELETE FROM message_raw WHERE message_id = 2", "messages whose bytes are gone: 1"),
        ("DELETE FROM set_aside_raw", "set aside messages whose bytes are gone: 1"),
        ("DELETE FROM slot WHERE message_id = 2", "messages that lie in no place: 1"),
    ],
    ids=["bytes", "bytes-set-aside", "place"],
)
def test_verify_names_what_is_gone(store, new_message, new_set_aside, now, gone, fault):
    save_batch(store, (new_message(1), new_message(2), new_set_aside(3)), None, now=now)
    assert verify(store).faults == ()
    with store.writing() as session:
        session.connection().execute(text(gone))
    assert verify(store).faults == (fault,)


def test_a_place_that_another_mail_took_is_no_fault(store, new_message, now):
    save_batch(store, (new_message(1),), None, now=now)
    save_batch(store, (replace(new_message(2), slot=new_message(1).slot),), None, now=now)
    assert verify(store).faults == ()
