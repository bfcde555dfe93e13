"""A database moved from an SQLite file to PostgreSQL: every row of every table, and work goes on there."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage import models as m
from storage.decisions import undo
from storage.draw import set_shares
from storage.engine import open_store
from storage.erasure import erase
from storage.errors import ErasureKeyMissing, NotEmpty, StorageMoved
from storage.integrity import verify
from storage.messages import export_rows, save_batch, set_aside_list
from storage.moved import MOVED
from storage.moving import move
from storage.numbers import HadNumber, keep_numbers
from storage.records import QueueFilter, Saved
from storage.reviews import confirm_many, queue
from storage.upgrade import upgrade
from storage.users import add_user

from .conftest import tombstones

KEY = b"k" * 40
NOW = datetime(2011, 3, 16, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.postgres


@pytest.fixture
def old(tmp_path, new_message, new_set_aside, now):
    """Give a store in a file with mail of all kinds, decisions, one undone, a person, and one who was erased."""
    url = f"sqlite:///{tmp_path}/old.db"
    upgrade(url)
    with open_store(url, erasure_key=KEY) as store:
        set_shares(store, check=0.5, second=0.5)
        mails = [replace(new_message(number), copy_key=f"k{number}") for number in range(1, 9)]
        copy = replace(new_message(20), copy_key="k1")
        save_batch(store, [*mails, copy, new_set_aside(30)], None, now=now)
        add_user(store, "ann", "a hash", "reviewer")
        confirm_many(store, [(number, 1) for number in (1, 2, 3)], "ann", now)
        confirm_many(store, [(4, 1)], "ann", now)
        undo(store, "ann", now=now)
        erase(store, [5], [], now=now)
        yield store


@pytest.fixture
def new(postgres_url):
    with open_store(postgres_url, erasure_key=KEY) as store:
        yield store


def rows_of(store, table):
    with store.reading() as session:
        return session.connection().execute(select(table).order_by(*table.primary_key)).all()


def test_every_row_of_every_table_comes_over(old, new):
    told = []
    moved = move(old, new, lambda done, total: told.append((done, total)), now=NOW)
    assert moved.messages == 9
    assert told[-1] == (moved.rows, moved.rows)
    for table in m.METADATA.sorted_tables:
        if table not in (m.fact, m.run_lock):
            assert rows_of(new, table) == rows_of(old, table), table.name
    assert {row.name for row in set(rows_of(old, m.fact)) - set(rows_of(new, m.fact))} <= {"oldest program", MOVED}
    assert list(export_rows(new)) == list(export_rows(old))
    assert verify(new).faults == ()


def test_work_goes_on_where_it_was_moved_to(old, new, new_message, now):
    move(old, new, lambda done, total: None, now=NOW)
    again, fresh = save_batch(new, [new_message(2), new_message(40)], None, now=now)
    assert (again.outcome, fresh.outcome) == (Saved.KNOWN, Saved.STORED)
    assert fresh.message_id == 10
    found = queue(new, QueueFilter(words="services"), limit=20)
    assert {row.id for row in found.rows} == {1, 2, 3, 4, 6, 7, 8, 9, 10}
    confirm_many(new, [(6, 1)], "ann", now)
    assert len(set_aside_list(new)) == 1


def test_a_copy_with_a_lower_number_than_its_original_comes_over(tmp_path, new, new_message, now):
    """As where a gateway's copy came again after a restore, had its old number back, and was found to be one now."""
    url = f"sqlite:///{tmp_path}/s.db"
    original, copy = (replace(new_message(number), copy_key="k") for number in (3, 20))
    upgrade(url)
    with open_store(url) as store:
        save_batch(store, [new_message(1)], None, now=now)
        store.write(lambda session: keep_numbers(session, 9, [HadNumber(mail_sha256=copy.mail_sha256, id=2)]))
        save_batch(store, [original, copy], None, now=now)
        copies = [(row.id, row.probable_copy_of) for row in rows_of(store, m.message)]
        assert copies == [(1, None), (2, 10), (10, None)]
        assert move(store, new, lambda done, total: None, now=NOW).messages == 3
    assert [(row.id, row.probable_copy_of) for row in rows_of(new, m.message)] == copies


def test_who_was_erased_stays_erased(old, new, new_message, now):
    move(old, new, lambda done, total: None, now=NOW)
    assert tombstones(new) == tombstones(old)
    moved_away = replace(new_message(50), raw=new_message(5).raw, mail_sha256=new_message(5).mail_sha256)
    (saved,) = save_batch(new, [moved_away], None, now=now)
    assert saved.outcome is Saved.DUPLICATE


def test_another_key_of_erasures_is_refused_before_anything_is_moved(old, postgres_url):
    with open_store(postgres_url, erasure_key=b"another" * 8) as other:
        with pytest.raises(ErasureKeyMissing, match="STATSHOP_STORAGE__ERASURE_KEY"):
            move(old, other, lambda done, total: None, now=NOW)
        assert rows_of(other, m.message) == []


def test_nothing_is_moved_where_something_is(old, new, new_message, now):
    save_batch(new, [new_message(60)], None, now=now)
    with pytest.raises(NotEmpty, match="empty"):
        move(old, new, lambda done, total: None, now=NOW)
    assert len(rows_of(new, m.message)) == 1


def test_a_move_that_is_interrupted_leaves_nothing(old, new):
    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(old, new, stop, now=NOW)
    assert all(rows_of(new, table) == [] for table in m.METADATA.sorted_tables if table is not m.fact)
    move(old, new, lambda done, total: None, now=NOW)


def test_what_still_runs_on_the_file_keeps_nothing_there_and_nothing_opens_it_again(old, new, new_message, now):
    move(old, new, lambda done, total: None, now=NOW)
    before = rows_of(old, m.message)
    for keep in (
        lambda: save_batch(old, [new_message(70)], None, now=now),
        lambda: confirm_many(old, [(6, 1)], "ann", now),
        lambda: open_store(f"sqlite:///{old.path}"),
    ):
        with pytest.raises(StorageMoved, match="16 March 2011"):
            keep()
    assert rows_of(old, m.message) == before
