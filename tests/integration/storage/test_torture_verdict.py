"""The verdict of a siege over a store: what the ledger has to name, and what nobody could have seen."""

import hashlib

import pytest
from torture.verdict import judge
from torture.world import Record, Stay

from storage.ledger import LedgerRow, save_count
from storage.messages import save_batch


@pytest.mark.parametrize(
    ("gone", "said"),
    [(2, ""), (5, "1 messages that came and went are not named in the ledger: ['INBOX UID 5']")],
    ids=["before the first look", "after it"],
)
def test_what_came_and_went_before_the_first_look_has_no_name(sqlite_store, new_message, now, gone, said):
    held = [new_message(uid) for uid in (4, 6)]
    save_batch(sqlite_store, held, None, now=now)
    row = LedgerRow(account="statshop", folder="INBOX", day="2011-03-14", counted_at=now, uidvalidity=7)
    save_count(sqlite_store, row)
    record = Record()
    for uid, raw in [*((message.slot.uid, message.raw) for message in held), (gone, b"came and went")]:
        record.digests[uid] = hashlib.sha256(raw).hexdigest()
        until = 2.0 if uid == gone else None
        record.stays.append(Stay(number=uid, folder="INBOX", uid=uid, age=0, since=1.0, until=until))
    verdict = judge(f"sqlite:///{sqlite_store.path}", record, [])
    assert [problem for problem in verdict.problems if "came and went" in problem] == ([said] if said else [])
    assert (verdict.lost, verdict.named) == (0, 0)
