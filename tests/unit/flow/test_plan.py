"""What to fetch: from cursor, status and listing, without a server."""

from datetime import date

import pytest

from pipeline.flow.plan import Beginning, FetchPlan, Limits, Reading, Refusal, TooLarge, plan_fetch, where_to_begin
from pipeline.mail.mailbox import FolderStatus
from storage.records import FolderState

SINCE = date(2011, 1, 1)
LIMITS = Limits(batch_messages=2, batch_bytes=100, max_message_bytes=80)


def status(**fields) -> FolderStatus:
    usual = {"folder": "INBOX", "server_name": "INBOX", "uidvalidity": 7, "uidnext": 11, "exists": 10}
    return FolderStatus(**(usual | fields))


def state(last_uid=5, uidvalidity=7) -> FolderState:
    return FolderState(account="statshop", folder="INBOX", uidvalidity=uidvalidity, last_uid=last_uid)


def begin(reading=Reading.ON, after=0, since=None) -> Beginning:
    return Beginning(reading=reading, after=after, since=since)


def plan(uids, sizes=None, *, beginning=None, known=(), **fields) -> FetchPlan:
    sizes = dict.fromkeys(uids, 10) if sizes is None else sizes
    return plan_fetch("statshop", status(**fields), beginning or begin(), uids, sizes, limits=LIMITS, known=known)


def test_a_folder_never_read_begins_at_its_start_and_since_counts():
    beginning = where_to_begin(None, status(), SINCE)
    assert beginning == begin(Reading.FIRST, since=SINCE)


def test_f3_a_folder_read_before_goes_on_from_its_cursor_and_since_does_not_count():
    assert where_to_begin(state(), status(), SINCE) == begin(after=5)


def test_f1_another_uidvalidity_begins_anew_and_says_so():
    beginning = where_to_begin(state(uidvalidity=6), status(), SINCE)
    assert (beginning.reading, beginning.after, beginning.since) == (Reading.AGAIN, 0, SINCE)
    assert "rebuilt" in beginning.warnings[0]


def test_f2_a_small_folder_without_uidvalidity_is_read_anew_since_its_numbers_mean_nothing():
    nameless = status(uidvalidity=0, warnings=("none given",))
    beginning = where_to_begin(state(last_uid=10, uidvalidity=0), nameless, None)
    assert (beginning.reading, beginning.after, beginning.warnings) == (Reading.AGAIN, 0, ("none given",))
    fetched = plan_fetch("statshop", nameless, beginning, (1, 2), {}, limits=LIMITS, known={1, 2})
    assert [uid for batch in fetched.batches for uid in batch.uids] == [1, 2]


def test_f2_a_large_folder_without_uidvalidity_goes_on_from_its_cursor():
    nameless = status(uidvalidity=0, uidnext=40_001, exists=40_000, warnings=("none given",))
    beginning = where_to_begin(state(last_uid=39_990, uidvalidity=0), nameless, None)
    assert (beginning.after, beginning.warnings) == (39_990, ("none given",))


def test_f2_a_large_folder_that_gives_out_numbers_again_is_read_anew():
    nameless = status(uidvalidity=0, uidnext=30_001, exists=30_000)
    assert where_to_begin(state(last_uid=39_990, uidvalidity=0), nameless, None).reading is Reading.AGAIN


@pytest.mark.parametrize("uidvalidity", [7, 8], ids=["same", "rebuilt"])
def test_a_folder_that_emptied_itself_is_refused_by_name_with_a_way_out(uidvalidity):
    emptied = status(exists=0, uidvalidity=uidvalidity)
    refusal = where_to_begin(state(), emptied, None, held=4_210)
    assert isinstance(refusal, Refusal)
    assert "4,210 messages" in refusal.reason
    assert "accept_shrunken_folder" in refusal.override
    assert isinstance(where_to_begin(state(), emptied, None, held=4_210, accept_shrunken_folder=True), Beginning)


def test_a_small_folder_may_be_emptied():
    assert isinstance(where_to_begin(state(), status(exists=0), None, held=12), Beginning)


def test_batches_are_bounded_in_count_and_bytes():
    fetched = plan((1, 2, 3, 4, 5), {1: 60, 2: 60, 3: 10, 4: 10, 5: 10})
    assert [batch.uids for batch in fetched.batches] == [(1,), (2, 3), (4, 5)]


def test_each_batch_says_where_the_cursor_may_stand():
    fetched = plan((6, 8, 9))
    assert [batch.cursor.last_uid for batch in fetched.batches] == [8, 9]
    assert fetched.cursor == state(last_uid=9)


def test_a_message_too_large_is_recorded_in_its_place_and_not_fetched():
    fetched = plan((1, 2, 3), {1: 10, 2: 81, 3: 10})
    assert [batch.uids for batch in fetched.batches] == [(1,), (3,)]
    assert fetched.batches[0].too_large == (TooLarge(uid=2, size=81),)


def test_only_messages_too_large_make_batches_too():
    fetched = plan((1,), {1: 81})
    assert (fetched.batches[0].uids, fetched.batches[0].cursor.last_uid) == ((), 1)


def test_slots_that_are_stored_are_not_fetched_again_and_the_cursor_passes_them():
    fetched = plan((1, 2, 3), known={1, 3})
    assert [batch.uids for batch in fetched.batches] == [(2,)]
    assert (fetched.cursor.last_uid, fetched.known) == (3, 2)


def test_a_message_without_a_size_is_fetched_all_the_same():
    assert plan((1, 2), {1: 10}).batches[0].uids == (1, 2)


def test_nothing_new_is_an_empty_plan_with_the_cursor_where_it_was():
    fetched = plan((), beginning=begin(after=10))
    assert fetched.batches == ()
    assert fetched.cursor == state(last_uid=10)


def test_f14_old_mail_that_since_left_out_is_passed_for_good():
    assert plan((), beginning=begin(Reading.FIRST, since=SINCE)).cursor.last_uid == 10


def test_without_since_the_cursor_never_passes_what_was_not_listed():
    assert plan((3,), beginning=begin(Reading.FIRST)).cursor.last_uid == 3


def test_f11_high_numbers_are_planned_as_they_are():
    assert plan((743_024_218,)).cursor.last_uid == 743_024_218


def test_f10_another_account_or_folder_has_a_cursor_of_its_own():
    other = plan_fetch("other", status(folder="Sent"), begin(), (1,), {}, limits=LIMITS)
    assert (other.cursor.account, other.cursor.folder) == ("other", "Sent")
