"""Whatever comes in whatever order, and whatever fails in between: every mail is stored exactly once."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from storage import models as m
from storage.integrity import verify
from storage.messages import MAX_TRIES, folder_state, known_slots, message_ids, raw_bytes, save_batch, set_aside_list
from storage.records import FolderState, Saved, Slot

NOW = datetime(2011, 4, 1, tzinfo=UTC)
MAILS, UIDS = st.integers(0, 5), st.integers(1, 6)
PLACES = st.builds(
    lambda folder, uidvalidity, uid: Slot(account="a", folder=folder, uidvalidity=uidvalidity, uid=uid),
    st.sampled_from(["INBOX", "Archive"]),
    st.sampled_from([0, 7, 8]),
    UIDS,
)


class Mailbox(RuleBasedStateMachine):
    """Hand mails over as a poll might, broken or whole, and compare with two plain sets."""

    store = None
    make = None

    def __init__(self):
        super().__init__()
        with self.store.writing() as session:
            for table in reversed(m.METADATA.sorted_tables):
                session.connection().execute(delete(table))
        self.stored, self.waiting, self.slots, self.cursors = set(), {}, set(), {}

    def item(self, mail, slot, readable):
        message, set_aside = self.make
        raw = f"Subject: mail {mail}\r\n\r\nbody".encode()
        digest = hashlib.sha256(raw).hexdigest()
        changes = {"slot": slot, "raw": raw, "raw_sha256": digest, "mail_sha256": digest}
        return message(1, **changes) if readable else set_aside(1, **changes)

    @rule(batch=st.lists(st.tuples(MAILS, PLACES, st.booleans()), max_size=5), cursor=st.none() | UIDS)
    def a_batch_is_saved(self, batch, cursor):
        items = [self.item(*each) for each in batch]
        saved = save_batch(self.store, items, self.cursor(cursor), now=NOW)
        for (mail, slot, readable), one in zip(batch, saved, strict=True):
            self.expect(mail, readable, one.outcome)
            self.slots.add(slot)
        if cursor is not None:
            self.cursors["INBOX"] = max(cursor, self.cursors.get("INBOX", 0))

    @rule(batch=st.lists(st.tuples(MAILS, PLACES, st.booleans()), max_size=5), cursor=UIDS)
    def a_batch_breaks_off(self, batch, cursor):
        items = [self.item(*each) for each in batch]
        broken = self.item(9, Slot(account="a", folder="INBOX", uidvalidity=7, uid=99), True)
        broken = replace(broken, arrived_at=broken.arrived_at.replace(tzinfo=None))
        with pytest.raises(ValueError, match="naive"):
            save_batch(self.store, [*items, broken], self.cursor(cursor), now=NOW)

    def cursor(self, uid):
        return None if uid is None else FolderState(account="a", folder="INBOX", uidvalidity=7, last_uid=uid)

    def expect(self, mail, readable, outcome):
        if mail in self.stored:
            assert outcome in (Saved.KNOWN, Saved.DUPLICATE)
        elif readable:
            assert outcome is Saved.STORED
            self.stored.add(mail)
            self.waiting.pop(mail, None)
        else:
            assert outcome is Saved.SET_ASIDE
            self.waiting[mail] = min(MAX_TRIES, self.waiting.get(mail, 0) + 1)

    @invariant()
    def every_mail_is_held_once(self):
        held = [raw_bytes(self.store, one) for one in message_ids(self.store)]
        assert sorted(held) == sorted(self.item(mail, None, True).raw for mail in self.stored)

    @invariant()
    def what_waits_is_counted(self):
        assert sorted(one.tries for one in set_aside_list(self.store)) == sorted(self.waiting.values())

    @invariant()
    def every_place_is_recorded_and_the_cursor_stands(self):
        for folder in ("INBOX", "Archive"):
            for uidvalidity in (0, 7, 8):
                here = {one.uid for one in self.slots if (one.folder, one.uidvalidity) == (folder, uidvalidity)}
                assert known_slots(self.store, "a", folder, uidvalidity, range(100)) == here
        state = folder_state(self.store, "a", "INBOX")
        assert (state.last_uid if state else None) == self.cursors.get("INBOX")

    def teardown(self):
        assert verify(self.store).faults == ()


def test_every_mail_is_stored_exactly_once(store, new_message, new_set_aside):
    class Here(Mailbox):
        pass

    Here.store, Here.make = store, (new_message, new_set_aside)
    quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        Here, settings=settings(max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=quiet)
    )
