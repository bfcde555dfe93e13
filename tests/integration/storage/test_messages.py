"""Messages are kept once, with all that belongs to them, whatever comes in whatever order."""

import hashlib
from dataclasses import replace

import pytest

from storage.errors import NoSuchMessage
from storage.integrity import verify
from storage.messages import (
    advance,
    folder_state,
    known_slots,
    message_ids,
    raw_bytes,
    release_set_aside,
    retry_due,
    save_batch,
    save_message,
    save_set_aside,
    set_aside_list,
    set_aside_raw,
    stored_uids,
)
from storage.records import FolderState, Saved, Slot
from storage.reviews import message
from storage.runs import status_counts


def at(uid, folder="INBOX", uidvalidity=7):
    return Slot(account="statshop", folder=folder, uidvalidity=uidvalidity, uid=uid)


def test_save_batch_keeps_messages_and_cursor(store, new_message, new_set_aside, now):
    state = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=3)
    saved = save_batch(store, (new_message(1), new_set_aside(2), new_message(3)), state, now=now)
    assert [one.outcome for one in saved] == [Saved.STORED, Saved.SET_ASIDE, Saved.STORED]
    assert folder_state(store, "statshop", "INBOX") == state
    assert raw_bytes(store, saved[0].message_id) == new_message(1).raw
    assert list(stored_uids(store, "statshop", "INBOX", 7)) == [1, 2, 3]


def test_save_batch_keeps_nothing_when_one_item_is_refused(store, new_message, now):
    naive = replace(new_message(2), arrived_at=new_message(2).arrived_at.replace(tzinfo=None))
    state = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=2)
    with pytest.raises(ValueError, match="naive"):
        save_batch(store, (new_message(1), naive), state, now=now)
    assert message_ids(store) == ()
    assert folder_state(store, "statshop", "INBOX") is None
    assert known_slots(store, "statshop", "INBOX", 7, [1, 2]) == frozenset()


def test_the_same_batch_again_is_known(store, new_message, now):
    batch = (new_message(1), new_message(2))
    first = save_batch(store, batch, None, now=now)
    again = save_batch(store, batch, None, now=now)
    assert [one.outcome for one in again] == [Saved.KNOWN, Saved.KNOWN]
    assert [one.message_id for one in again] == [one.message_id for one in first]


def test_f8_the_same_mail_in_two_folders_is_stored_once(store, new_message, now):
    one, other = new_message(1), new_message(1, slot=at(9, folder="Archive"))
    saved = save_batch(store, (one, other), None, now=now)
    assert [each.outcome for each in saved] == [Saved.STORED, Saved.DUPLICATE]
    assert saved[0].message_id == saved[1].message_id
    assert known_slots(store, "statshop", "Archive", 7, range(20)) == {9}


def test_f1_uidvalidity_changes_and_old_mail_is_no_new_mail(store, new_message, now):
    save_batch(
        store, (new_message(1),), FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=1), now=now
    )
    state = FolderState(account="statshop", folder="INBOX", uidvalidity=8, last_uid=2)
    again = (new_message(1, slot=at(1, uidvalidity=8)), new_message(2, slot=at(2, uidvalidity=8)))
    assert [one.outcome for one in save_batch(store, again, state, now=now)] == [Saved.DUPLICATE, Saved.STORED]
    assert folder_state(store, "statshop", "INBOX") == state


def test_f2_another_mail_in_a_known_slot_is_stored(store, new_message, now):
    save_message(store, new_message(1, slot=at(1, uidvalidity=0)), now=now)
    other = save_message(store, new_message(2, slot=at(1, uidvalidity=0)), now=now)
    assert other.outcome is Saved.STORED
    assert len(message_ids(store)) == 2


def test_f7_two_mails_with_one_message_id_are_both_stored(store, new_message, now):
    twins = (new_message(1, message_id="<same@x>"), new_message(2, message_id="<same@x>"))
    assert {one.outcome for one in save_batch(store, twins, None, now=now)} == {Saved.STORED}


def test_f10_another_account_has_its_own_cursor(store, now):
    advance(store, FolderState(account="old", folder="INBOX", uidvalidity=7, last_uid=900))
    assert folder_state(store, "new", "INBOX") is None


def test_cursor_never_goes_back_under_one_uidvalidity(store):
    ahead = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=900)
    advance(store, ahead)
    advance(store, replace(ahead, last_uid=5))
    assert folder_state(store, "statshop", "INBOX") == ahead


def test_known_slots_of_forty_thousand_uids(store, new_message, now):
    save_batch(store, tuple(new_message(uid) for uid in (5, 700, 39_999)), None, now=now)
    assert known_slots(store, "statshop", "INBOX", 7, range(40_000)) == {5, 700, 39_999}


def test_probable_copy_is_stored_and_linked(store, new_message, now):
    first, copy = save_batch(store, (new_message(1, copy_key="k"), new_message(2, copy_key="k")), None, now=now)
    assert copy.outcome is Saved.STORED
    assert message(store, copy.message_id).probable_copy_of == first.message_id
    assert message(store, first.message_id).probable_copy_of is None


def test_f20_tries_are_counted_and_end_at_the_limit(store, new_set_aside, now):
    for _ in range(5):
        assert save_set_aside(store, new_set_aside(1), now=now, max_tries=3) is Saved.SET_ASIDE
    (item,) = set_aside_list(store)
    assert item.tries == 3
    assert retry_due(store, "statshop", 3) == ()
    assert retry_due(store, "statshop", 4) == (item,)
    assert set_aside_raw(store, item.id) == new_set_aside(1).raw


def test_set_aside_is_released_when_the_message_can_be_read(store, new_message, new_set_aside, now):
    save_set_aside(store, new_set_aside(1), now=now)
    saved = save_message(store, new_message(1), now=now)
    assert saved.outcome is Saved.STORED
    assert set_aside_list(store) == ()
    (item,) = set_aside_list(store, released=True)
    assert item.released_as == saved.message_id
    assert save_message(store, new_message(1), now=now).outcome is Saved.KNOWN


def test_set_aside_filed_by_hand_is_linked(store, new_message, new_set_aside, now):
    save_set_aside(store, new_set_aside(1), now=now)
    (item,) = set_aside_list(store)
    saved = release_set_aside(store, item.id, new_message(1), now=now)
    assert set_aside_list(store, released=True)[0].released_as == saved.message_id


def test_too_large_is_recorded_without_bytes_and_stored_once_the_limit_is_raised(
    store, new_message, new_set_aside, now
):
    large = new_set_aside(1, raw=b"", raw_sha256="", mail_sha256="", too_large=True, size=99_000_000)
    assert save_set_aside(store, large, now=now) is Saved.TOO_LARGE
    assert save_set_aside(store, large, now=now) is Saved.TOO_LARGE
    assert set_aside_list(store)[0].size == 99_000_000
    assert save_message(store, new_message(1), now=now).outcome is Saved.STORED
    assert set_aside_list(store) == ()


def test_unreadable_mail_that_was_read_elsewhere_is_a_duplicate(store, new_message, new_set_aside, now):
    save_message(store, new_message(1), now=now)
    assert save_set_aside(store, new_set_aside(1, slot=at(9, "Archive")), now=now) is Saved.DUPLICATE
    assert set_aside_list(store) == ()


def test_no_such_message(store):
    with pytest.raises(NoSuchMessage, match="There is no message 77"):
        raw_bytes(store, 77)


def withheld(new_set_aside, uid, stand_in=b"a note in its place"):
    return new_set_aside(uid, raw=stand_in, raw_sha256=hashlib.sha256(stand_in).hexdigest(), mail_sha256="")


def test_f34_what_was_withheld_and_cannot_be_read_when_it_comes_is_kept_whole(store, new_set_aside, now):
    save_batch(store, (withheld(new_set_aside, 3),), None, now=now)
    (aside,) = set_aside_list(store)
    assert not aside.holds_mail
    save_batch(store, (new_set_aside(3, error="nested too deep"),), None, now=now)
    (aside,) = set_aside_list(store)
    assert set_aside_raw(store, aside.id) == new_set_aside(3).raw
    assert (aside.holds_mail, aside.error, aside.size) == (True, "nested too deep", len(new_set_aside(3).raw))
    assert verify(store).faults == ()


def test_what_was_withheld_is_kept_whole_also_after_its_tries_are_used_up(store, new_set_aside, now):
    for _ in range(3):
        save_batch(store, (withheld(new_set_aside, 3),), None, now=now)
    save_batch(store, (new_set_aside(3, error="nested too deep"),), None, now=now)
    (aside,) = set_aside_list(store)
    assert (aside.error, set_aside_raw(store, aside.id)) == ("nested too deep", new_set_aside(3).raw)


def test_what_was_withheld_and_is_set_aside_elsewhere_is_not_asked_for_again(store, new_set_aside, now):
    save_batch(store, (withheld(new_set_aside, 3), new_set_aside(4)), None, now=now)
    comes = new_set_aside(4, slot=new_set_aside(3).slot)
    save_batch(store, (comes,), None, now=now)
    assert [item.slot.uid for item in retry_due(store, "statshop", 9)] == [4]
    assert [item.slot.uid for item in set_aside_list(store)] == [4]
    assert status_counts(store).set_aside == 1


def test_f1_what_was_withheld_under_old_numbers_waits_no_more(store, new_set_aside, now):
    before = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=3)
    save_batch(store, (withheld(new_set_aside, 3),), before, now=now)
    assert len(set_aside_list(store)) == 1
    save_batch(store, (), FolderState(account="statshop", folder="INBOX", uidvalidity=8, last_uid=0), now=now)
    assert set_aside_list(store) == ()
