"""One backup after another restored: what was issued since stays issued, and each mail has its own number."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import models as m
from storage.backup import backup, restore
from storage.carrying import Carried, carry_over, known_by
from storage.engine import Store, open_store
from storage.erasure import erase
from storage.messages import save_batch
from storage.reports import save_issue
from storage.upgrade import upgrade

ISSUE = {"account": None, "status": "final", "rules_version": "r1", "figures": "{}"}


class House:
    """A database that keeps being put back to what it was."""

    def __init__(self, folder: Path, new_message, now) -> None:
        self._folder, self._new, self._now = folder, new_message, now
        self.url = f"sqlite:///{folder / 's.db'}"
        upgrade(self.url)

    def do(self, work: Callable[[Store], object]) -> None:
        with open_store(self.url) as store:
            work(store)

    def fetch(self, *mails: int, later: int = 0) -> None:
        now = self._now + timedelta(hours=later)
        self.do(lambda store: save_batch(store, [self._new(mail) for mail in mails], None, now=now))

    def issue(self, *messages: int, number: int = 1) -> None:
        given = {"month": "2011-03", "number": number, "issued_at": self._now, "message_ids": messages}
        self.do(lambda store: save_issue(store, **given, **ISSUE | {"sha256": f"of {number}"}))

    def back_up(self, name: str) -> None:
        self.do(lambda store: backup(store, self._folder / name))

    def restore(self, name: str) -> Carried:
        file, carried = self._folder / name, []

        def prepare(made: Path, database: Path) -> None:
            carried.append(carry_over(known_by(database), file, made, database, setting=b"", now=self._now))

        restore(file, self.url, replace=True, prepare=prepare)
        return carried[0]

    def rows(self, *columns) -> list[tuple[object, ...]]:
        with open_store(self.url) as store, store.reading() as session:
            return [tuple(row) for row in session.connection().execute(select(*columns).order_by(*columns))]

    def numbers(self) -> dict[int, int]:
        """Give the number of each mail."""
        return {uid: number for number, uid in self.rows(m.message.c.id, m.message.c.uid)}

    def counted(self) -> list[tuple[object, ...]]:
        return self.rows(m.digest_issue_message.c.message_id)


@pytest.fixture
def house(tmp_path, new_message, now) -> House:
    """Hold ten mails, and a backup of when there were five."""
    made = House(tmp_path, new_message, now)
    made.fetch(*_up_to(5))
    made.back_up("a.db")
    made.fetch(6, 7, 8, 9, 10)
    return made


def _up_to(last: int) -> Iterable[int]:
    return range(1, last + 1)


def test_a_number_below_the_last_of_the_backup_may_be_that_of_later_mail(house: House) -> None:
    house.restore("a.db")
    house.fetch(6, 7, 8, 9, 11)
    house.back_up("b.db")
    house.fetch(10, 12)
    house.issue(1, 10, 12)
    assert house.restore("b.db").issues == ("2011-03 issue 1",)
    assert house.counted() == [(1,)]
    house.fetch(12, 10)
    assert house.numbers() == {mail: mail for mail in _up_to(12)}
    assert house.counted() == [(1,), (10,), (12,)]


def test_what_was_issued_survives_the_right_backup_after_a_wrong_one(house: House) -> None:
    house.back_up("b.db")
    house.restore("a.db")
    house.fetch(*range(6, 11), later=1)
    house.issue(1, 10)
    carried = house.restore("b.db")
    assert (carried.issues, carried.people_known) == (("2011-03 issue 1",), True)
    assert house.counted() == [(1,), (10,)]


def test_a_backup_of_the_empty_house_and_then_the_right_one(tmp_path, new_message, now) -> None:
    house = House(tmp_path, new_message, now)
    house.back_up("empty.db")
    house.fetch(*_up_to(3))
    house.back_up("b.db")
    house.restore("empty.db")
    house.fetch(*_up_to(3), later=1)
    house.issue(1, 3)
    assert house.restore("b.db").all_known
    assert house.counted() == [(1,), (3,)]


def test_numbers_that_other_mail_has_there_are_not_carried(house: House, tmp_path: Path, new_message, now) -> None:
    """A trial began with an older backup and fetched for itself: its numbers are those of other mail."""
    (tmp_path / "trial").mkdir()
    trial = House(tmp_path / "trial", new_message, now)
    (tmp_path / "trial/a.db").write_bytes((tmp_path / "a.db").read_bytes())
    trial.restore("a.db")
    trial.fetch(7, 6)
    trial.issue(1, 6)
    house.back_up("b.db")
    (tmp_path / "trial/b.db").write_bytes((tmp_path / "b.db").read_bytes())
    assert trial.restore("b.db").issues is None
    assert trial.counted() == []


def test_the_number_of_a_mail_that_was_erased_since_is_forgotten(house: House, now) -> None:
    house.restore("a.db")
    house.back_up("b.db")
    house.fetch(*range(6, 11))
    house.do(lambda store: erase(store, [10], (), now=now))
    house.restore("b.db")
    kept = [row[0] for row in house.rows(m.fact.c.name) if str(row[0]).startswith("number of ")]
    assert len(kept) == 4


def test_a_mail_that_comes_a_third_time_is_counted_by_every_issue_that_counted_it(house: House) -> None:
    house.issue(10)
    house.restore("a.db")
    house.back_up("b.db")
    house.fetch(10)
    house.issue(10, number=2)
    house.restore("b.db")
    house.fetch(10)
    assert house.counted() == [(10,), (10,)]
