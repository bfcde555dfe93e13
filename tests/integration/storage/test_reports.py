"""What digests count, what the figures rest on, frozen issues, and the export."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.engine import open_store
from storage.errors import IssueTaken
from storage.messages import export_rows, save_batch, save_message, save_set_aside
from storage.records import AttachmentRecord, IssueName, ReviewState, Slot, TagRecord, ZoneRecord
from storage.reports import counted_messages, coverage, first_held, first_issued, issues, newest_arrival, save_issue
from storage.retag import save_verdict
from storage.reviews import decide, message
from storage.upgrade import upgrade

START, END = datetime(2011, 3, 1, tzinfo=UTC), datetime(2011, 4, 1, tzinfo=UTC)
ISSUE = {
    "month": "2011-03",
    "account": None,
    "number": 1,
    "status": "provisional",
    "issued_at": END,
    "rules_version": "r1",
    "figures": '{"a": "é"}',
    "sha256": "x",
}


def counted(store, account=None):
    return list(counted_messages(store, START, END, account))


def test_messages_of_a_period_are_counted_in_order_of_arrival(store, new_message, now):
    at_the_end = new_message(9, arrived_at=END)
    at_the_start = new_message(8, arrived_at=START)
    save_batch(store, (new_message(2), at_the_end, new_message(1), at_the_start), None, now=now)
    assert [one.subject for one in counted(store)] == ["Request 8", "Request 1", "Request 2"]
    assert newest_arrival(store) == END


def test_more_messages_than_a_chunk_holds_are_each_counted_once(store, new_message, now):
    batch = tuple(new_message(number, arrived_at=START) for number in range(1100))
    save_batch(store, batch, None, now=now)
    assert len({one.id for one in counted(store)}) == 1100


def test_a_counted_message_tells_what_the_person_saw(store, new_message, new_verdict, now):
    saved = save_message(store, new_message(1), now=now)
    place = (TagRecord(dimension="product", value="place"),)
    decide(store, saved.message_id, version=1, who="ann", tags=place, statements=(), now=now)
    save_verdict(store, saved.message_id, new_verdict("product:place", version="r2"), now=now)
    (one,) = counted(store)
    assert (one.state, one.tags, one.statements) == (ReviewState.CORRECTED, place, ())
    assert one.proposed == new_message(1).verdict.tags
    assert one.hits == new_message(1).verdict.hits
    assert one.sender == "Ann Example <ann1@example.org>"


def test_probable_copies_are_not_counted(store, new_message, now):
    save_batch(store, (new_message(1, copy_key="k"), new_message(2, copy_key="k")), None, now=now)
    assert len(counted(store)) == 1
    assert coverage(store, START, END, None).copies == 1


def test_equal_senders_have_equal_keys_without_their_address(store, new_message, now):
    addresses = ("ann@x.org", "ANN@x.org", "ben@x.org")
    save_batch(store, tuple(new_message(n, user_address=one) for n, one in enumerate(addresses)), None, now=now)
    ann, same, ben = (one.sender_key for one in counted(store))
    assert ann == same != ben
    assert "ann" not in ann


def test_coverage_adds_up(store, new_message, new_set_aside, now):
    elsewhere = Slot(account="statshop", folder="Archive", uidvalidity=1, uid=1)
    saved = save_batch(store, (new_message(1), new_message(2), new_message(1, slot=elsewhere)), None, now=now)
    save_set_aside(store, new_set_aside(3), now=now)
    stored = message(store, saved[0].message_id)
    decide(store, stored.id, version=1, who="ann", tags=stored.tags, statements=(), now=now)
    found = coverage(store, START, END, "statshop")
    assert (found.seen, found.stored, found.duplicates, found.set_aside, found.reviewed) == (4, 2, 1, 1, 1)
    assert coverage(store, START, END, "second").seen == 0


def test_a_period_is_held_since_its_first_message_duplicate_or_set_aside_of_an_account(
    store, new_message, new_set_aside, now
):
    day = timedelta(days=1)
    save_set_aside(store, new_set_aside(3, slot=Slot(account="north", folder="INBOX", uidvalidity=1, uid=3)), now=now)
    save_batch(store, (new_message(2), new_message(1, arrived_at=END)), None, now=now + day)
    there = Slot(account="south", folder="INBOX", uidvalidity=1, uid=1)
    save_batch(store, (new_message(2, slot=there),), None, now=now + 2 * day)
    save_batch(store, (new_message(4),), None, now=now + 3 * day)
    since = [first_held(store, START, END, account) for account in (None, "north", "statshop", "south", "west")]
    assert since == [now, now, now + day, now + 2 * day, None]


def test_an_issue_is_frozen_once(store, new_message, now):
    saved = save_message(store, new_message(1), now=now)
    issue = save_issue(store, **ISSUE, message_ids=(saved.message_id,))
    with pytest.raises(IssueTaken, match="never rewritten"):
        save_issue(store, **(ISSUE | {"figures": "{}"}), message_ids=())
    save_issue(store, **(ISSUE | {"account": "statshop"}), message_ids=())
    assert issues(store, "2011-03", None) == (issue,)
    assert issue.figures == ISSUE["figures"]
    assert issue.message_ids == (saved.message_id,)


def test_each_month_was_issued_first_at_its_earliest_issue(store, now):
    for number, account, days in ((1, None, 0), (2, None, 9), (1, "statshop", 3)):
        made = {"account": account, "number": number, "issued_at": now + timedelta(days=days)}
        save_issue(store, **(ISSUE | made), message_ids=())
    first = [first_issued(store, account) for account in (None, "statshop", "south")]
    assert first == [{"2011-03": now}, {"2011-03": now + timedelta(days=3)}, {}]


def test_a_receipt_names_the_issues_that_counted_a_message(store, new_message, now):
    saved = save_message(store, new_message(1), now=now)
    for account in (None, "statshop"):
        save_issue(store, **(ISSUE | {"account": account}), message_ids=(saved.message_id,))
    receipt = message(store, saved.message_id).receipt
    assert receipt.issues == tuple(IssueName(account=one, month="2011-03", number=1) for one in ("", "statshop"))
    assert receipt.digests == ("2011-03 issue 1", "2011-03 issue 1 (statshop)")


def test_export_holds_every_message_and_what_was_set_aside(store, new_message, new_set_aside, now):
    save_batch(store, tuple(new_message(number) for number in range(300)), None, now=now)
    save_set_aside(store, new_set_aside(999), now=now)
    rows = list(export_rows(store))
    assert [row["kind"] for row in rows] == ["message"] * 300 + ["set aside"]
    assert rows[0]["tags"][1]["value"] == "cohesion"
    assert rows[0]["receipt"]["slots"] == [{"account": "statshop", "folder": "INBOX", "uidvalidity": 7, "uid": 0}]
    json.dumps(rows).encode()


def test_export_does_not_depend_on_the_order_of_storing(store, new_message, now, tmp_path):
    batch = tuple(new_message(number) for number in range(5))
    save_batch(store, batch, None, now=now)
    upgrade(f"sqlite:///{tmp_path}/other.db")
    with open_store(f"sqlite:///{tmp_path}/other.db") as other:
        save_batch(other, batch[::-1], None, now=now)
        assert list(export_rows(other)) == list(export_rows(store))


@pytest.mark.parametrize("bad", ["Jos\udce9", "nul\x00here"], ids=["lone surrogate", "NUL"])
def test_f44_f45_text_that_a_database_refuses_is_stored_and_exported(store, new_message, now, bad):
    new = new_message(1)
    zone = ZoneRecord(kind=bad, text=bad)
    attached = AttachmentRecord(filename=bad, content_type=bad, size=1, sha256=bad, text=bad, note=bad)
    texts = dict.fromkeys(("subject", "sender_name", "sender_address", "recipients", "html", "message_id"), bad)
    tag = replace(new.verdict.tags[0], reason=bad)
    statement = replace(new.verdict.statements[0], text=bad)
    verdict = replace(new.verdict, tags=(tag,), statements=(statement,), reasons=(bad,))
    odd = replace(new, zones=(zone,), attachments=(attached,), oddities=(bad,), verdict=verdict, **texts)
    saved = save_message(store, odd, now=now)
    stored = message(store, saved.message_id)
    assert len(stored.zones[0].text) == len(bad)
    assert stored.subject == bad.replace("\x00", "\ufffd").replace("\udce9", "\ufffd")
    json.dumps(list(export_rows(store)), ensure_ascii=False).encode()
