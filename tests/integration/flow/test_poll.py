"""A poll against a mailbox in which things happen: what is stored, what is set aside, where the cursor stands."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fakes.mailbox import FakeMailbox

from pipeline.flow.filing import file_batch
from pipeline.flow.plan import Batch
from pipeline.flow.poll import HANDED_OUT_FROM, LONGEST_WAIT, Parts, Poll
from pipeline.flow.retry import retry_set_aside
from pipeline.mail.errors import (
    ConnectionLost,
    FolderMissing,
    FolderRebuilt,
    FoldersFailed,
    MailboxChanged,
    ServerRefused,
    SignInRefused,
    Throttled,
)
from pipeline.mail.mailbox import AfterStore, FolderStatus
from storage.engine import Store, open_store
from storage.errors import StorageError
from storage.ledger import LedgerCounts, LedgerRow, save_count
from storage.messages import export_rows, folder_state, message_ids, raw_bytes, set_aside_list, set_aside_raw

from .conftest import NOW, UNREADABLE, ReaderHere, mail, settings

ACCOUNT = settings().account


def subjects(store: Store) -> list[bytes]:
    return sorted(raw_bytes(store, number) for number in message_ids(store))


def cursor(store: Store) -> int:
    state = folder_state(store, ACCOUNT, "INBOX")
    return state.last_uid if state else 0


def filled(mailbox: FakeMailbox, count: int) -> list[bytes]:
    mails = [mail(number) for number in range(count)]
    for raw in mails:
        mailbox.add(raw)
    return sorted(mails)


def test_a_poll_stores_every_message_with_its_exact_bytes(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    mails = filled(mailbox, 5)
    assert poll().counts.stored == 5
    assert subjects(store) == mails
    assert cursor(store) == 5


def test_messages_whose_sizes_come_later_are_stored_or_noted_as_too_large(
    store: Store, mailbox: FakeMailbox, poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.flow.poll.SIZED_TOGETHER", 2)
    mails = filled(mailbox, 4)
    mailbox.add(mail(8, text="x" * 9000))
    mailbox.add(mail(9))
    counts = poll(max_message_bytes=5000, batch_messages=3).counts
    assert (counts.listed, counts.stored, counts.too_large) == (6, 5, 1)
    assert subjects(store) == sorted([*mails, mail(9)])
    assert cursor(store) == 6


def test_sizes_that_cannot_be_had_keep_nothing_back_that_was_fetched(
    store: Store, mailbox: FakeMailbox, poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.flow.poll.SIZED_TOGETHER", 2)
    filled(mailbox, 5)
    asked = mailbox.sizes

    def sizes(status: FolderStatus, uids: Sequence[int]) -> dict[int, int]:
        if 3 in uids:
            raise ServerRefused("fake", "FETCH", "no sizes")
        return asked(status, uids)

    monkeypatch.setattr(mailbox, "sizes", sizes)
    with pytest.raises(ServerRefused):
        poll()
    assert (len(message_ids(store)), cursor(store)) == (2, 2)


def test_a_second_poll_finds_nothing_new(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 3)
    poll()
    counts = poll().counts
    assert (counts.listed, counts.fetched) == (0, 0)


def test_f1_a_folder_numbered_anew_is_read_again_and_nothing_is_stored_twice(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    mails = filled(mailbox, 3)
    poll()
    mailbox.reset_uidvalidity()
    extra = mail(99)
    mailbox.add(extra)
    counts = poll().counts
    assert (counts.stored, counts.duplicates) == (1, 3)
    assert subjects(store) == sorted([*mails, extra])


def test_f2_a_server_without_uidvalidity_causes_no_storm(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    mails = filled(mailbox, 3)
    mailbox.lose_uidvalidity()
    assert poll().warnings
    mailbox.add(mail(9))
    poll()
    assert subjects(store) == [*mails, mail(9)]


def test_f2_a_number_that_another_mail_has_now_is_not_passed(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    mails = filled(mailbox, 3)
    mailbox.lose_uidvalidity()
    poll()
    mailbox.expunge(1)
    mailbox.renumber()
    assert mailbox.add(mail(9)) == 3
    poll()
    assert subjects(store) == [*mails, mail(9)]


def test_f3_a_message_with_an_old_date_dragged_in_later_is_stored(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    filled(mailbox, 1)
    poll(since=date(2011, 1, 1))
    mailbox.add(mail(7), arrived=datetime(2009, 5, 1, tzinfo=UTC))
    assert poll(since=date(2011, 1, 1)).counts.stored == 1


def test_f6_messages_without_message_id_are_all_stored(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    for number in range(20):
        mailbox.add(mail(number, message_id=""))
    assert poll().counts.stored == 20


def test_f7_different_messages_with_one_message_id_are_all_stored(mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.add(mail(1, message_id="<same@example.org>"))
    mailbox.add(mail(2, message_id="<same@example.org>"))
    assert poll().counts.stored == 2


def test_f8_the_same_mail_in_two_folders_is_stored_once_and_both_places_are_known(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    mailbox.add(mail(1))
    mailbox.add(mail(1), folder="Old")
    counts = poll(folders=("INBOX", "Old")).counts
    assert (counts.stored, counts.duplicates) == (1, 1)
    (row,) = export_rows(store)
    assert [slot["folder"] for slot in row["receipt"]["slots"]] == ["INBOX", "Old"]
    assert poll(folders=("INBOX", "Old")).counts.fetched == 0


def test_f9_a_message_that_vanishes_before_it_is_fetched_is_counted_as_gone(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 3)
    listed = mailbox.uids

    def vanish(*args: Any) -> tuple[int, ...]:
        found = listed(*args)
        mailbox.expunge(2)
        return found

    mailbox.uids = vanish
    counts = poll().counts
    assert (counts.stored, counts.gone) == (2, 1)


def test_f10_another_user_under_the_same_name_is_another_account() -> None:
    assert settings(user="other").account != settings().account


def test_f14_mail_older_than_since_is_left_out_of_the_first_run(mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.add(mail(1), arrived=datetime(2010, 1, 1, tzinfo=UTC))
    mailbox.add(mail(2), arrived=datetime(2011, 2, 1, tzinfo=UTC))
    assert poll(since=date(2010, 7, 1)).counts.stored == 1


def test_f14_since_still_counts_after_a_first_run_that_was_cut_short(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    """The old mail lies above new mail, as when it was dragged in before the first run."""
    new = [mail(number) for number in range(4)]
    for number, raw in enumerate(new):
        mailbox.add(raw)
        mailbox.add(mail(50 + number), arrived=datetime(2001, 1, 1, tzinfo=UTC))
    mailbox.drop_connection_after(3)
    poll(since=date(2010, 7, 1), batch_messages=1)
    poll(since=date(2010, 7, 1), batch_messages=1)
    assert subjects(store) == new


def test_f14_asking_again_for_what_was_withheld_sets_no_cursor(
    store: Store, mailbox: FakeMailbox, reader: ReaderHere
) -> None:
    """A worker has filed the only batch, one of it was withheld, and the folder is not through yet."""
    withheld = mailbox.add(mail(1))
    mailbox.withhold(withheld)
    handed: list[tuple[FolderStatus, Sequence[Batch]]] = []

    def polled() -> None:
        parts = Parts(
            store=store,
            reader=reader,
            clock=lambda: NOW,
            stop=threading.Event(),
            told=lambda progress: None,
            hand_out=lambda status, batches: handed.append((status, batches)),
        )
        Poll(settings(since=date(2010, 7, 1), batch_messages=1), parts, lambda: mailbox).run()

    for number in range(2, 2 + HANDED_OUT_FROM * 2):
        mailbox.add(mail(number))
    polled()
    ((status, (batch, *_)),) = handed
    with mailbox:
        file_batch(store, reader, mailbox, status, batch, now=NOW, max_tries=3)
    polled()
    assert folder_state(store, ACCOUNT, "INBOX") is None


def test_what_is_not_held_is_not_moved_away(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    how = {"write": True, "after_store": AfterStore.MOVE, "after_store_argument": "Done", "max_message_bytes": 5000}
    mailbox.mark_by(AfterStore.MOVE, "Done")
    mailbox.add(b"Subject: there\r\n\r\nfirst\r\n", folder="Done")
    mailbox.add(mail(1))
    withheld, large = mailbox.add(mail(2)), mailbox.add(mail(3, text="x" * 9000))
    mailbox.withhold(withheld)
    poll(**how)
    assert mailbox.holds() == (withheld, large)
    mailbox.hand_over(withheld)
    poll(**how)
    assert mailbox.holds() == (large,)
    assert subjects(store) == [mail(1), mail(2)]


def test_f16_when_the_database_refuses_the_mail_stays_and_is_fetched_again(
    store: Store, mailbox: FakeMailbox, poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = filled(mailbox, 3)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.flow.filing.save_batch", refuse)
        with pytest.raises(StorageError):
            poll()
    assert cursor(store) == 0
    poll()
    assert subjects(store) == mails


def test_f18_a_mark_that_fails_is_told_and_tried_again(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 2)
    mailbox.mark_by(AfterStore.KEYWORD, "Filed")
    mailbox.fail_marking("the server refuses keywords")
    asked = {"write": True, "after_store": AfterStore.KEYWORD, "after_store_argument": "Filed"}
    assert any("refuses keywords" in warning for warning in poll(**asked).warnings)
    mailbox.fail_marking("")
    counts = poll(**asked).counts
    assert counts.fetched == 0
    assert all("Filed" in mailbox.marks(uid) for uid in mailbox.holds())


def test_a_day_to_begin_with_that_is_still_to_come_is_told(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 1)
    (warning,) = poll(since=date(2011, 3, 2)).warnings
    assert "is 2 March 2011, which is still to come" in warning
    assert poll(since=date(2011, 3, 1)).warnings == []


FLAG: dict[str, Any] = {"write": True, "after_store": AfterStore.FLAG, "after_store_argument": "\\Seen"}
MOVE: dict[str, Any] = {"write": True, "after_store": AfterStore.MOVE, "after_store_argument": "Done"}


def test_a_mark_that_somebody_took_away_stays_away(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 2)
    mailbox.mark_by(AfterStore.FLAG, "\\Seen")
    poll(**FLAG)
    mailbox.unmark(1)
    filled(mailbox, 1)
    poll(**FLAG)
    assert [mailbox.marks(uid) for uid in mailbox.holds()] == [set(), {"\\Seen"}, {"\\Seen"}]


def test_a_message_that_somebody_moved_back_stays_there(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 2)
    mailbox.mark_by(AfterStore.MOVE, "Done")
    mailbox.add(b"Subject: there\r\n\r\nfirst\r\n", folder="Done")
    poll(**MOVE)
    back = mailbox.move(2, folder="Done", to="INBOX")
    for _ in range(2):
        assert poll(**MOVE).counts.stored == 0
    assert mailbox.holds() == (back,)
    mailbox.add(mail(9))
    poll(**MOVE)
    assert mailbox.holds() == (back,)


def test_another_way_to_mark_marks_all_that_is_stored(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 2)
    mailbox.mark_by(AfterStore.FLAG, "\\Seen")
    poll(**FLAG)
    mailbox.mark_by(AfterStore.FLAG, "\\Flagged")
    poll(**(FLAG | {"after_store_argument": "\\Flagged"}))
    assert all(mailbox.marks(uid) == {"\\Seen", "\\Flagged"} for uid in mailbox.holds())


def test_f17_what_was_stored_before_a_mark_failed_is_marked_later(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 1)
    mailbox.mark_by(AfterStore.FLAG, "\\Seen")
    mailbox.fail_marking("the folder is locked")
    poll(**FLAG)
    filled(mailbox, 2)
    poll(**FLAG)
    mailbox.fail_marking("")
    poll(**FLAG)
    assert all(mailbox.marks(uid) == {"\\Seen"} for uid in mailbox.holds())


def test_f19_one_message_that_cannot_be_read_stops_none_of_the_others(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    mails = [mail(1), mail(2), UNREADABLE, mail(4), mail(5)]
    for raw in mails:
        mailbox.add(raw)
    counts = poll().counts
    assert (counts.stored, counts.set_aside) == (4, 1)
    assert cursor(store) == 5
    (aside,) = set_aside_list(store)
    assert set_aside_raw(store, aside.id) == UNREADABLE
    assert "cannot be read" in aside.error


def test_f20_tries_are_counted_on_disk_and_end_at_the_limit(
    store: Store,
    store_url: str,
    mailbox: FakeMailbox,
    poll: Any,
    reader: ReaderHere,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailbox.add(UNREADABLE)
    asked, read = [], reader.read
    monkeypatch.setattr(reader, "read", lambda raws, now: read((asked.append(raw.uid) or raw for raw in raws), now))
    poll()
    for _ in range(5):
        with open_store(store_url) as opened_anew:
            retry_set_aside(opened_anew, reader, ACCOUNT, tries=3, now=NOW)
    (aside,) = set_aside_list(store)
    assert aside.tries == 3
    assert asked == [1, 1, 1]
    assert set_aside_raw(store, aside.id) == UNREADABLE


def test_what_was_set_aside_is_filed_once_it_can_be_read(
    store: Store, mailbox: FakeMailbox, poll: Any, reader: ReaderHere
) -> None:
    mailbox.add(UNREADABLE)
    poll()
    reader.mended = True
    assert retry_set_aside(store, reader, ACCOUNT, tries=3, now=NOW) == 1
    assert subjects(store) == [UNREADABLE]
    assert set_aside_list(store) == ()


def test_f22_asked_to_stop_it_ends_after_the_batch_it_is_at(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 6)
    stop = threading.Event()
    fetch = mailbox.fetch

    def fetch_and_ask(*args: Any) -> Any:
        stop.set()
        return fetch(*args)

    mailbox.fetch = fetch_and_ask
    assert poll(stop=stop, batch_messages=2).counts.stored == 2
    assert cursor(store) == 2


def test_f28_a_connection_that_breaks_is_resumed_at_the_next_message(mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 6)
    mailbox.drop_connection_after(3)
    counts = poll(batch_messages=2).counts
    assert counts.stored == 6
    assert mailbox.fetched[1] == mailbox.fetched[2] == 1


def test_f30_a_refused_sign_in_is_not_tried_again(mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.fail("connect", SignInRefused("statshop", "no"), times=5)
    with pytest.raises(SignInRefused):
        poll()
    assert mailbox.connections <= 1


@pytest.mark.parametrize("seconds", [0.05, 299.91, LONGEST_WAIT])
def test_f32_a_pause_that_the_server_asks_for_is_waited_out(seconds: float, mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 1)
    mailbox.fail("examine", Throttled("localhost", seconds))
    stop = Impatient()
    assert poll(stop=stop).counts.stored == 1
    assert stop.asked == [seconds]


def test_a_pause_that_is_too_long_ends_the_poll(mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.fail("examine", Throttled("localhost", 100_000))
    with pytest.raises(Throttled):
        poll()


def test_f25_a_server_that_stays_away_ends_the_poll_in_words(mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.fail("examine", ConnectionLost("localhost", "it hung up"), times=10)
    with pytest.raises(ConnectionLost):
        poll(stop=Impatient())
    assert mailbox.connections == 3


def test_f34_what_the_server_does_not_hand_over_is_set_aside_and_asked_for_again(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    mails = filled(mailbox, 3)
    mailbox.withhold(2)
    counts = poll().counts
    assert (counts.stored, counts.set_aside) == (2, 1)
    mailbox.hand_over(2)
    poll()
    assert subjects(store) == mails
    assert set_aside_list(store) == ()


def test_two_messages_not_handed_over_are_two_entries(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    filled(mailbox, 3)
    mailbox.withhold(1)
    mailbox.withhold(3)
    poll()
    assert len(set_aside_list(store)) == 2


def test_a_message_that_is_too_large_is_recorded_not_fetched(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.add(mail(1))
    uid = mailbox.add(mail(2, text="x" * 5000))
    counts = poll(max_message_bytes=2000).counts
    assert (counts.stored, counts.too_large) == (1, 1)
    (aside,) = set_aside_list(store)
    assert aside.too_large
    assert aside.size > 5000
    assert uid not in mailbox.fetched


@pytest.fixture
def four_are_many(mailbox: FakeMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a folder of four messages for a large one."""
    monkeypatch.setattr("pipeline.flow.plan._MANY", 3)
    filled(mailbox, 4)


@pytest.fixture
def emptied(four_are_many: None, mailbox: FakeMailbox, poll: Any) -> None:
    """Empty a large folder that was polled."""
    poll()
    mailbox.empty()


@pytest.mark.usefixtures("emptied")
def test_a_folder_that_lost_everything_is_not_polled_until_a_person_agrees(poll: Any) -> None:
    with pytest.raises(MailboxChanged, match="accept_shrunken_folder"):
        poll()
    poll(accept_shrunken_folder=True)


@pytest.mark.usefixtures("four_are_many")
def test_a_folder_that_we_move_mail_out_of_may_be_empty(mailbox: FakeMailbox, poll: Any) -> None:
    moved = {"write": True, "after_store": AfterStore.MOVE, "after_store_argument": "Archive"}
    mailbox.mark_by(AfterStore.MOVE, "Archive")
    poll(**moved)
    assert mailbox.holds() == ()
    assert poll(**moved).counts.listed == 0


def counted(store: Store, mailbox: FakeMailbox, day: str, on_server: int) -> None:
    """Write down a count of the folder at nine in the evening."""
    at = datetime.fromisoformat(f"{day}T21:00:00+00:00")
    row = LedgerRow(account=mailbox.account, folder="INBOX", day=day, counted_at=at, uidvalidity=1)
    save_count(store, replace(row, counts=LedgerCounts(on_server=on_server)))


@pytest.mark.usefixtures("emptied")
def test_a_folder_that_people_tidy_may_be_empty(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    counted(store, mailbox, "2011-02-10", 2)
    counted(store, mailbox, "2011-02-28", 2)
    poll()
    counted(store, mailbox, "2011-02-23", 3)
    with pytest.raises(MailboxChanged, match="3 messages lay in it lately"):
        poll()


@pytest.mark.usefixtures("emptied")
def test_the_first_count_of_a_folder_that_emptied_does_not_have_it_polled(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    counted(store, mailbox, "2011-03-01", 0)
    with pytest.raises(MailboxChanged, match="4 messages"):
        poll()
    mailbox.reset_uidvalidity()  # made anew, and empty
    with pytest.raises(MailboxChanged, match="4 messages"):
        poll()


@pytest.mark.usefixtures("emptied")
def test_a_week_without_a_count_does_not_have_an_emptied_folder_polled(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    counted(store, mailbox, "2011-02-18", 4)
    counted(store, mailbox, "2011-03-01", 0)
    with pytest.raises(MailboxChanged, match="4 messages"):
        poll()


def test_a_folder_that_cannot_be_read_holds_up_no_other(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.add(mail(1))
    mailbox.add(mail(2), folder="Enquiries")
    with pytest.raises(FolderMissing, match="no folder 'Gone'"):
        poll(folders=("Gone", "INBOX", "Enquiries"))
    assert len(message_ids(store)) == 2
    with pytest.raises(FoldersFailed, match=r"'Gone'.*'Lost'"):
        poll(folders=("Gone", "INBOX", "Lost"))


def test_a_folder_rebuilt_again_and_again_comes_behind_the_others(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    mailbox.add(mail(1))
    mailbox.add(mail(2), folder="Enquiries")
    mailbox.fail("uids", FolderRebuilt("INBOX"))
    poll(folders=("INBOX", "Enquiries"), stop=Impatient())
    assert len(message_ids(store)) == 2


class Impatient(threading.Event):
    """An event that is never set, waits for nobody, and knows for how long it should have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        return self.is_set()


def test_f9_what_vanished_is_named_and_what_is_only_not_answered_is_asked_for_again(
    store: Store, mailbox: FakeMailbox, poll: Any
) -> None:
    mails = filled(mailbox, 3)
    mailbox.answer_nothing_for(2)
    counts = poll().counts
    assert (counts.stored, counts.set_aside, counts.gone) == (2, 1, 0)
    mailbox.hand_over(2)
    poll()
    assert (subjects(store), set_aside_list(store)) == (mails, ())


def test_f23_one_message_that_cannot_be_read_does_not_stop_the_pile(
    store: Store, mailbox: FakeMailbox, poll: Any, reader: ReaderHere
) -> None:
    for number in range(3):
        mailbox.add(mail(number, text="UNREADABLE"))
    mailbox.withhold(2)
    poll()
    reader.mended = True
    assert retry_set_aside(store, reader, ACCOUNT, tries=3, now=NOW) == 2
    assert [item.slot.uid for item in set_aside_list(store)] == [2]


def test_f61_a_junk_folder_is_read_when_it_is_named(store: Store, mailbox: FakeMailbox, poll: Any) -> None:
    mailbox.add(mail(1))
    mailbox.add(mail(2), folder="Junk")
    assert poll().counts.stored == 1
    assert poll(folders=("INBOX", "Junk")).counts.stored == 1
