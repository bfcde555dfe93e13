"""Many UIDs in bounded portions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.batches import batches, uid_sets
from pipeline.mail.imap.marking import members

UIDS = st.lists(st.integers(1, 2**32 - 1), unique=True, max_size=300).map(sorted)


@pytest.mark.parametrize(
    ("uids", "written"),
    [((), []), ((7,), ["7"]), ((1, 2, 3, 5), ["1:3,5"]), ((1, 3, 5), ["1,3,5"])],
    ids=["none", "one", "run", "scattered"],
)
def test_sets_are_written_short(uids, written):
    assert list(uid_sets(uids)) == written


@given(uids=UIDS)
def test_sets_hold_every_uid_once_and_stay_short(uids):
    sets = list(uid_sets(uids, longest=60))
    assert [uid for uid_set in sets for uid in members(uid_set)] == uids
    assert all(len(uid_set) <= 60 for uid_set in sets)


def test_f12_forty_thousand_scattered_uids_make_many_short_commands():
    sets = list(uid_sets(range(1, 80_000, 2)))
    assert len(sets) > 100
    assert max(map(len, sets)) <= 900


@given(uids=UIDS, size=st.integers(0, 50))
def test_batches_hold_every_uid_once_in_order_and_keep_their_bounds(uids, size):
    found = list(batches(uids, dict.fromkeys(uids, size), max_messages=7, max_bytes=100))
    assert [uid for batch in found for uid in batch] == uids
    assert all(len(batch) <= 7 and len(batch) * size <= 100 for batch in found)


def test_a_message_larger_than_a_batch_is_a_batch_of_its_own():
    assert list(batches((1, 2, 3), {1: 1, 2: 999, 3: 1}, max_messages=9, max_bytes=10)) == [(1,), (2,), (3,)]
