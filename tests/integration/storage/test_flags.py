"""Whose flags are up, and that those of somebody who leaves become somebody's."""

from datetime import timedelta

from storage.flags import flags_handed_over, flags_up, hand_flags_over
from storage.messages import save_batch
from storage.reviews import flag, message


def test_flags_are_counted_by_name_and_handed_over_with_an_event(store, new_message, now):
    ids = [one.message_id for one in save_batch(store, tuple(new_message(n) for n in range(3)), None, now=now)]
    for number, whom in zip(ids, ("cat", "ben", "cat"), strict=True):
        flag(store, number, who="ann", flagged_for=whom, now=now)
    assert flags_up(store) == {"ben": 1, "cat": 2}
    assert hand_flags_over(store, "cat", "root", who="root", note="cat left", now=now) == 2
    assert flags_up(store) == {"ben": 1, "root": 2}
    last = message(store, ids[0]).history[-1]
    assert (last.who, last.action, last.note) == ("root", "flag", "cat left")


def test_flags_that_were_handed_over_are_counted_while_they_are_up(store, new_message, now):
    ids = [one.message_id for one in save_batch(store, tuple(new_message(n) for n in range(2)), None, now=now)]
    for number in ids:
        flag(store, number, who="ann", flagged_for="cat", now=now)
    hand_flags_over(store, "cat", "root", who="root", note="cat left", now=now)
    counted = {"to": "root", "note": "cat left"}
    assert flags_handed_over(store, **counted, since=now) == 2
    assert flags_handed_over(store, **counted, since=now + timedelta(seconds=1)) == 0
    assert flags_handed_over(store, to="root", note="ben left", since=now) == 0
    flag(store, ids[0], who="root", flagged_for="", now=now)
    assert flags_handed_over(store, **counted, since=now) == 1
