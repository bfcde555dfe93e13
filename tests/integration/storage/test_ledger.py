"""The ledger's memory: what lies in each place, what was gone before it could be read, and a line a folder and day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.integrity import verify
from storage.ledger import (
    LedgerCounts,
    LedgerRow,
    LedgerUids,
    held_outcomes,
    last_counts,
    ledger_rows,
    london_day,
    save_count,
    unread_uids,
    was_numbered_otherwise,
)
from storage.messages import save_batch, set_aside_list
from storage.records import Saved, Slot

PLACE = ("statshop", "INBOX", 7)


def slot_of(uid, uidvalidity=7):
    return Slot(account="statshop", folder="INBOX", uidvalidity=uidvalidity, uid=uid)


def row_of(day, *, folder="INBOX", **counts):
    at = datetime.fromisoformat(f"{day}T03:30:00+00:00")
    made = LedgerRow(account="statshop", folder=folder, day=day, counted_at=at, uidvalidity=7)
    return replace(made, counts=LedgerCounts(**counts))


def test_each_place_is_told_by_its_outcome(store, new_message, new_set_aside, now):
    copy = replace(new_message(1), slot=slot_of(2))
    large = new_set_aside(4, too_large=True, raw=b"", mail_sha256="")
    save_batch(store, (new_message(1), copy, new_set_aside(3), large), None, now=now)
    assert held_outcomes(store, *PLACE) == {
        1: Saved.STORED,
        2: Saved.DUPLICATE,
        3: Saved.SET_ASIDE,
        4: Saved.TOO_LARGE,
    }


def test_f1_a_rebuilt_folder_holds_its_mail_once_again(store, new_message, now):
    save_batch(store, (new_message(1), new_message(2)), None, now=now)
    again = [replace(new_message(number), slot=slot_of(10 + number, 8)) for number in (1, 2)]
    twice = replace(new_message(2), slot=slot_of(13, 8))
    save_batch(store, (*again, twice), None, now=now)
    held = held_outcomes(store, "statshop", "INBOX", 8)
    assert held == {11: Saved.STORED, 12: Saved.STORED, 13: Saved.DUPLICATE}


def test_f1_a_folder_is_known_to_be_numbered_anew(store, new_message, now):
    assert not was_numbered_otherwise(store, *PLACE)
    save_batch(store, (new_message(1),), None, now=now)
    assert not was_numbered_otherwise(store, *PLACE)
    assert was_numbered_otherwise(store, "statshop", "INBOX", 8)
    assert not was_numbered_otherwise(store, "statshop", "Archive", 8)


def test_f9_what_was_gone_before_it_could_be_read_is_named_until_it_comes(store, new_message, now):
    save_batch(store, (), None, now=now, unread=(slot_of(4), slot_of(5)))
    save_batch(store, (), None, now=now, unread=(slot_of(5),))
    assert unread_uids(store, *PLACE) == {4, 5}
    save_batch(store, (new_message(5),), None, now=now)
    assert unread_uids(store, *PLACE) == {4}


def test_another_folder_is_another_matter(store, new_message, now):
    save_batch(store, (new_message(1),), None, now=now, unread=(slot_of(2),))
    assert held_outcomes(store, "statshop", "Archive", 7) == {}
    assert unread_uids(store, "statshop", "INBOX", 8) == frozenset()


def test_less_than_the_ledger_counted_is_a_fault_that_verify_names(store, new_message, new_set_aside, now):
    save_batch(store, (new_message(1), new_message(2), new_set_aside(3)), None, now=now)
    save_count(store, row_of("2011-03-14", stored=1, set_aside=1, gone=1))
    assert verify(store).faults == ()
    store.write(lambda session: session.connection().exec_driver_sql("DELETE FROM slot WHERE uid = 2"))
    assert verify(store).faults == (
        "messages that lie in no place: 1",
        "statshop INBOX: the ledger of 2011-03-14 counted 3 messages held, 2 are",
    )


def test_the_last_counts_are_one_a_folder(store):
    for row in (row_of("2011-03-14", stored=3), row_of("2011-03-15", stored=4), row_of("2011-03-14", folder="Old")):
        save_count(store, row)
    assert {(row.folder, row.counts.stored) for row in last_counts(store)} == {("INBOX", 4), ("Old", 0)}


def test_the_last_count_of_a_day_is_its_line_and_what_was_found_stays_named(store):
    found = replace(row_of("2011-03-14", stored=3, found=1), uids=LedgerUids(found="2"))
    for row in (found, row_of("2011-03-14", stored=4), row_of("2011-03-15"), row_of("2011-03-14", folder="Old")):
        save_count(store, row)
    lines = ledger_rows(store)
    assert [(one.day, one.folder) for one in lines] == [
        ("2011-03-15", "INBOX"),
        ("2011-03-14", "INBOX"),
        ("2011-03-14", "Old"),
    ]
    assert (lines[1].counts.stored, lines[1].counts.found, lines[1].uids.found) == (4, 1, "2")


def test_lines_of_a_day_of_the_last_days_and_of_a_mailbox(store):
    for day in ("2011-03-13", "2011-03-14", "2011-03-15"):
        save_count(store, row_of(day))
    save_count(store, replace(row_of("2011-03-15"), account="other"))
    assert [one.day for one in ledger_rows(store, day="2011-03-13")] == ["2011-03-13"]
    assert {one.day for one in ledger_rows(store, days=2)} == {"2011-03-14", "2011-03-15"}
    assert [one.account for one in ledger_rows(store, account="other")] == ["other"]


@pytest.mark.parametrize(("counts", "adds_up"), [({"waiting": 3}, True), ({"missing": 1}, False)])
def test_a_count_adds_up_unless_something_is_missing(counts, adds_up):
    assert row_of("2011-03-14", **counts).adds_up is adds_up


def test_days_are_those_of_london():
    late = datetime(2011, 3, 31, 23, 30, tzinfo=UTC)
    assert (london_day(late), london_day(late - timedelta(hours=1))) == ("2011-04-01", "2011-03-31")


def test_f34_what_was_withheld_and_is_gone_is_unread_and_waits_no_more(store, new_set_aside, now):
    withheld = replace(new_set_aside(3), mail_sha256="")
    save_batch(store, (withheld, new_set_aside(4)), None, now=now)
    assert unread_uids(store, *PLACE) == {3}
    assert [item.slot.uid for item in set_aside_list(store)] == [4, 3]
    save_batch(store, (), None, now=now, unread=(slot_of(3),))
    assert unread_uids(store, *PLACE) == {3}
    assert [item.slot.uid for item in set_aside_list(store)] == [4]
    assert len(set_aside_list(store, released=True)) == 2
