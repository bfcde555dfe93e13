"""Batches filed in a row: what is fetched while another is kept, and what stays when something fails in between."""

import threading
from collections.abc import Iterator

import pytest
from fakes.mailbox import FakeMailbox

from pipeline.flow import overlap
from pipeline.flow.overlap import Filing
from pipeline.flow.plan import Batch
from pipeline.mail.errors import ConnectionLost
from storage.engine import Store
from storage.errors import DiskFull
from storage.messages import folder_state, message_ids
from storage.records import FolderState

from .conftest import NOW, ReaderHere, mail, settings

ACCOUNT = settings().account


@pytest.fixture(autouse=True)
def connected(mailbox: FakeMailbox) -> Iterator[None]:
    """Keep the mailbox open over the test."""
    with mailbox:
        yield


def batches(mailbox: FakeMailbox, count: int) -> list[Batch]:
    """Fill a folder, and plan a batch for each message."""
    for number in range(count):
        mailbox.add(mail(number))
    uidvalidity = mailbox.examine("INBOX").uidvalidity
    cursors = [
        FolderState(account=ACCOUNT, folder="INBOX", uidvalidity=uidvalidity, last_uid=uid)
        for uid in range(1, count + 1)
    ]
    return [Batch(uids=(cursor.last_uid,), too_large=(), cursor=cursor) for cursor in cursors]


def filing(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere, told: list[int], stop: threading.Event | None = None
) -> Filing:
    status = mailbox.examine("INBOX")
    kept = lambda batch, counted: told.append(batch.uids[0])  # noqa: E731 - a fixture of one line
    return Filing(store, reader, mailbox, status, moves=True, max_tries=3, kept=kept, stop=stop or threading.Event())


def cursor_of(store: Store) -> int:
    state = folder_state(store, ACCOUNT, "INBOX")
    return state.last_uid if state else 0


def test_batches_are_kept_in_their_order(store: Store, mailbox: FakeMailbox, reader: ReaderHere) -> None:
    told: list[int] = []
    planned = batches(mailbox, 4)
    with filing(store, mailbox, reader, told) as line:
        for batch in planned:
            line.add(batch, NOW)
    assert told == [1, 2, 3, 4]
    assert (len(message_ids(store)), cursor_of(store)) == (4, 4)


def test_the_next_batch_is_fetched_while_one_is_kept(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched_on, keep = threading.Event(), overlap.keep_batch

    def waits(*given: object) -> dict[str, int]:
        assert fetched_on.wait(10)
        return keep(*given)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(overlap, "keep_batch", waits)
    monkeypatch.setattr(overlap, "AHEAD", 1)
    first, second, third = batches(mailbox, 3)
    with filing(store, mailbox, reader, []) as line:
        line.add(first, NOW)
        line.add(second, NOW)  # the first is being kept now, and waits
        fetched_on.set()
        line.add(third, NOW)
    assert cursor_of(store) == 3


@pytest.mark.parametrize(
    ("most", "octets", "added"), [pytest.param(2, 10**6, 3, id="batches"), pytest.param(9, 1, 2, id="bytes")]
)
def test_no_more_is_fetched_ahead_than_allowed(
    store: Store,
    mailbox: FakeMailbox,
    reader: ReaderHere,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    octets: int,
    added: int,
) -> None:
    kept, keep, planned = threading.Event(), overlap.keep_batch, batches(mailbox, added)

    def tells(*given: object) -> dict[str, int]:
        kept.set()
        return keep(*given)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(overlap, "keep_batch", tells)
    monkeypatch.setattr(overlap, "AHEAD", most)
    monkeypatch.setattr(overlap, "AHEAD_BYTES", octets)
    with filing(store, mailbox, reader, []) as line:
        for batch in planned[:-1]:
            line.add(batch, NOW)
        assert not kept.is_set()
        line.add(planned[-1], NOW)
        assert kept.wait(10)


def test_what_was_fetched_before_the_mailbox_failed_is_kept(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere
) -> None:
    planned = batches(mailbox, 3)

    def failing() -> None:
        with filing(store, mailbox, reader, []) as line:
            line.add(planned[0], NOW)
            line.add(planned[1], NOW)
            raise ConnectionLost("localhost", "it closed the connection")

    with pytest.raises(ConnectionLost):
        failing()
    assert (len(message_ids(store)), cursor_of(store)) == (2, 2)


def test_nothing_after_a_batch_that_the_failed_mailbox_leaves_open_is_kept(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = batches(mailbox, 4)
    mailbox.answer_nothing_for(2)

    def lost(_folder: str) -> None:
        raise ConnectionLost("localhost", "it closed the connection")

    told: list[int] = []

    def all_of_them() -> None:
        with filing(store, mailbox, reader, told) as line:
            monkeypatch.setattr(mailbox, "examine", lost)  # asked for, since the second did not come
            for batch in planned:
                line.add(batch, NOW)

    with pytest.raises(ConnectionLost):
        all_of_them()
    assert (len(message_ids(store)), cursor_of(store), told) == (1, 1, [1])


def test_what_waits_when_it_is_to_stop_is_left_to_the_next_poll(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere
) -> None:
    stop, planned = threading.Event(), batches(mailbox, 4)
    with filing(store, mailbox, reader, [], stop) as line:
        for batch in planned:
            line.add(batch, NOW)
        stop.set()
    assert (len(message_ids(store)), cursor_of(store)) == (1, 1)


@pytest.mark.parametrize("count", [pytest.param(4, id="seen-at-the-end"), pytest.param(9, id="seen-in-between")])
def test_nothing_after_a_batch_that_could_not_be_kept_is_kept(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    keep, planned = overlap.keep_batch, batches(mailbox, count)

    def fails_once(given_store: Store, ready: object, cursor: FolderState | None, tries: int) -> dict[str, int]:
        if cursor == planned[1].cursor:
            raise DiskFull
        return keep(given_store, ready, cursor, tries)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(overlap, "keep_batch", fails_once)

    def all_of_them() -> None:
        with filing(store, mailbox, reader, []) as line:
            for batch in planned:
                line.add(batch, NOW)

    with pytest.raises(DiskFull):
        all_of_them()
    assert (len(message_ids(store)), cursor_of(store)) == (1, 1)
