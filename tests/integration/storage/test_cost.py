"""What a message costs the database does not grow with what is stored: counted in steps of SQLite's own machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from storage.engine import Store, open_store
from storage.messages import save_batch
from storage.upgrade import upgrade

EVERY = 10  # steps between two counts
FEW, MANY = 20, 400


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the steps that all connections opened meanwhile take; one number, in a list."""
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    def connected(connection: object, record: object) -> None:
        connection.set_progress_handler(count, EVERY)  # type: ignore[attr-defined] # it is sqlite3's

    event.listen(Engine, "connect", connected)
    yield steps
    event.remove(Engine, "connect", connected)


@pytest.fixture
def steps_of(tmp_path):
    """Give what counts the steps of some work on a store that holds so many messages and twenty copies."""

    def steps_of(many, work, *, filled):
        url = f"sqlite:///{tmp_path}/{many}.db"
        upgrade(url)
        with counted() as steps, open_store(url) as store:
            filled(store, many)
            before = steps[0]
            work(store)
            return steps[0] - before

    return steps_of


@pytest.fixture
def filled(new_message, now):
    def fill(store: Store, many: int) -> None:
        save_batch(
            store, [replace(new_message(number), copy_key=f"k{number}") for number in range(many)], None, now=now
        )

    return fill


@pytest.fixture
def batches(new_message, new_set_aside, now):
    """Give the kinds of batches that come: new mail, copies of other mail, the same mail again, what cannot be read."""
    new = [replace(new_message(number), copy_key=f"k{number}") for number in range(9_000, 9_020)]
    copies = [replace(new_message(number), copy_key=f"k{number - 9_100}") for number in range(9_100, 9_120)]
    again = [replace(new_message(number), copy_key=f"k{number}") for number in range(20)]
    unread = [new_set_aside(number) for number in range(9_200, 9_220)]
    return {"new": new, "copies": copies, "again": again, "unread": unread}


@pytest.mark.parametrize("kind", ["new", "copies", "again", "unread"])
def test_a_message_takes_as_many_steps_whatever_is_stored(steps_of, filled, batches, now, kind):
    def save(store: Store) -> None:
        save_batch(store, batches[kind], None, now=now)

    few, many = (steps_of(number, save, filled=filled) for number in (FEW, MANY))
    assert few > 0
    assert many < few * 1.3
