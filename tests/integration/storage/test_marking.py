"""What was marked on the server of a folder, also where nearly all of its mail was left as it is."""

import json
from dataclasses import replace

from sqlalchemy import select

from storage import models as m
from storage.marking import MarkedUpto, come_back, keep_marked, marked_upto
from storage.messages import save_batch

OLD = 300_000  # messages of before `since`: more than either database takes parameters


def marked(**changes):
    left = frozenset(range(1, OLD))
    return MarkedUpto(how="move Done", uidvalidity=7, last_uid=OLD, left=left, **changes)


def test_what_was_moved_back_is_known_beside_any_amount_of_old_mail(store, new_message, now):
    moved, waited = new_message(OLD), new_message(5)
    back = [replace(one, slot=replace(one.slot, uid=OLD + place)) for place, one in enumerate((moved, waited), 1)]
    save_batch(store, [moved, waited, *back], None, now=now)
    assert come_back(store, "statshop", "INBOX", marked(), {OLD + 1, OLD + 2}) == {OLD + 1}


def test_what_was_left_is_written_down_in_few_words(store):
    keep_marked(store, "statshop", "INBOX", marked())
    assert marked_upto(store, "statshop", "INBOX") == marked()
    kept = select(m.fact.c.value).where(m.fact.c.name == "after_store statshop INBOX")
    with store.reading() as session:
        assert len(session.connection().execute(kept).scalar_one()) < 200


def test_what_was_left_is_read_as_it_was_written_before(store):
    value = {"how": "flag \\Seen", "uidvalidity": 7, "last_uid": 9, "left": [1, 2, 5]}
    with store.writing() as session:
        row = {"name": "after_store statshop INBOX", "value": json.dumps(value)}
        session.connection().execute(m.fact.insert(), row)
    kept = MarkedUpto(how="flag \\Seen", uidvalidity=7, last_uid=9, left=frozenset({1, 2, 5}))
    assert marked_upto(store, "statshop", "INBOX") == kept
