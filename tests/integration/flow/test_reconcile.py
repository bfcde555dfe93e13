"""A reconciliation of a mailbox in which things happened behind the cursor's back."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fakes.mailbox import FakeMailbox

from pipeline.flow.poll import Parts
from pipeline.flow.reconcile import Reconciliation
from pipeline.mail.errors import FolderMissing
from storage.engine import Store
from storage.ledger import LedgerRow, ledger_rows
from storage.messages import advance, message_ids, set_aside_list
from storage.records import FolderState

from .conftest import NOW, UNREADABLE, ReaderHere, mail, settings

ACCOUNT = settings().account
Counted = Callable[..., LedgerRow]


@pytest.fixture
def count(store: Store, mailbox: FakeMailbox, reader: ReaderHere) -> Counted:
    """Count the folders of the fake mailbox; gives the line of the first. Settings by name."""

    def counted(**changes: Any) -> LedgerRow:
        parts = Parts(store=store, reader=reader, clock=lambda: NOW, stop=threading.Event(), told=lambda progress: None)
        with mailbox as opened:
            done = Reconciliation(settings(**changes), parts)
            done.run(opened)
        return done.rows[0]

    return counted


def passed(store: Store, last_uid: int) -> None:
    """Let the cursor stand where it should not: as if a poll had passed what it never took."""
    advance(store, FolderState(account=ACCOUNT, folder="INBOX", uidvalidity=1, last_uid=last_uid))


def test_everything_adds_up_after_a_poll(store: Store, mailbox: FakeMailbox, poll: Any, count: Counted) -> None:
    mailbox.add(mail(1))
    mailbox.add(mail(1))
    mailbox.add(UNREADABLE)
    mailbox.add(mail(4, text="x" * 5000))
    poll(max_message_bytes=2000)
    row = count(max_message_bytes=2000)
    counts = row.counts
    assert (counts.on_server, counts.stored, counts.duplicate, counts.set_aside, counts.too_large) == (4, 1, 1, 1, 1)
    assert row.adds_up
    assert ledger_rows(store) == (row,)


def test_f3_f13_what_the_polls_missed_is_fetched_and_named(store: Store, mailbox: FakeMailbox, count: Counted) -> None:
    for number in range(1, 4):
        mailbox.add(mail(number))
    passed(store, 2)
    row = count()
    assert (row.counts.found, row.uids.found, row.counts.waiting, row.adds_up) == (2, "1:2", 1, True)
    assert len(message_ids(store)) == 2


def test_what_is_missed_and_cannot_be_had_is_set_aside_and_named(
    store: Store, mailbox: FakeMailbox, count: Counted
) -> None:
    mailbox.add(mail(1))
    mailbox.answer_nothing_for(1)
    passed(store, 1)
    row = count()
    assert (row.counts.set_aside, row.uids.found) == (1, "1")
    assert "gives no bytes" in set_aside_list(store)[0].error


def test_a_missed_message_that_is_too_large_is_recorded(store: Store, mailbox: FakeMailbox, count: Counted) -> None:
    mailbox.add(mail(1, text="x" * 5000))
    passed(store, 1)
    assert count(max_message_bytes=2000).counts.too_large == 1
    assert mailbox.fetched == {}


def test_f14_old_mail_that_since_leaves_out_is_not_missing(
    store: Store, mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    mailbox.add(mail(1), arrived=datetime(2010, 1, 1, tzinfo=UTC))
    mailbox.add(mail(2), arrived=datetime(2011, 2, 1, tzinfo=UTC))
    poll(since=date(2010, 7, 1))
    row = count(since=date(2010, 7, 1))
    assert (row.counts.left_out, row.counts.stored, row.counts.found) == (1, 1, 0)


def test_what_is_deleted_on_the_server_stays_here_and_is_named(
    store: Store, mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    for number in range(1, 4):
        mailbox.add(mail(number))
    poll()
    mailbox.expunge(2)
    assert count().uids.gone == "2"
    assert len(message_ids(store)) == 3


def test_f1_a_rebuilt_folder_waits_for_its_poll_and_then_adds_up(
    mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    mailbox.add(mail(1))
    poll()
    mailbox.reset_uidvalidity()
    assert (count().counts.waiting, count().counts.missing) == (1, 0)
    poll()
    assert (count().counts.stored, count().counts.waiting) == (1, 0)


def test_what_came_and_went_at_the_beginning_of_a_folder_numbered_anew_is_named(
    mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    mailbox.add(mail(1))
    poll()
    mailbox.reset_uidvalidity()
    mailbox.add(mail(2))
    mailbox.expunge(1)
    mailbox.expunge(2)
    mailbox.add(mail(3))
    poll()
    row = count()
    assert (row.uids.unseen, row.adds_up) == ("1:2", True)


def test_f2_a_folder_without_lasting_numbers_is_counted_and_not_compared(
    mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    mailbox.lose_uidvalidity()
    mailbox.add(mail(1))
    poll()
    row = count()
    assert (row.can_be_compared, row.counts.on_server, row.adds_up) == (False, 1, True)


def test_a_count_moves_no_cursor(mailbox: FakeMailbox, poll: Any, count: Counted) -> None:
    mailbox.add(mail(1))
    count()
    assert poll().counts.stored == 1


def test_f34_what_was_withheld_is_asked_for_again_when_the_polls_have_given_up(
    store: Store, mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    uid = mailbox.add(mail(1))
    mailbox.withhold(uid)
    for _ in range(5):
        poll()
    assert count().counts.set_aside == 1
    mailbox.hand_over(uid)
    assert poll().counts.fetched == 0
    row = count()
    assert (row.counts.stored, row.counts.set_aside, row.counts.found) == (1, 0, 0)
    assert set_aside_list(store) == ()


def test_f9_what_a_session_shows_and_a_new_look_does_not_is_gone(
    store: Store, mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    mailbox.add(mail(1))
    uid = mailbox.add(mail(2))
    looked, opened = mailbox.examine, []
    mailbox.answer_nothing_for(uid)

    def look(folder: str) -> Any:
        opened.append(folder)
        if len(opened) == 2:
            mailbox.expunge(uid)
        return looked(folder)

    mailbox.examine = look
    assert poll().counts.gone == 1
    assert set_aside_list(store) == ()
    assert count().uids.unread == str(uid)


def test_a_folder_that_cannot_be_counted_holds_up_no_other(
    store: Store, mailbox: FakeMailbox, poll: Any, count: Counted
) -> None:
    mailbox.add(mail(1))
    poll()
    with pytest.raises(FolderMissing):
        count(folders=("Gone", "INBOX"))
    assert [(row.folder, row.counts.stored) for row in ledger_rows(store)] == [("INBOX", 1)]
