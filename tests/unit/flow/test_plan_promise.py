"""The core promise, whatever happens in between: every message that stays long enough is stored exactly once."""

from fakes.mailbox import FakeMailbox
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.flow.plan import Limits, Refusal, plan_fetch, where_to_begin
from pipeline.mail.errors import ConnectionLost, MailboxError, Throttled
from pipeline.mail.mailbox import NotRetrieved
from storage.records import FolderState

LIMITS = Limits(batch_messages=2, batch_bytes=60, max_message_bytes=40)


class Died(Exception):
    """The process was killed."""


class Promise(RuleBasedStateMachine):
    """A mailbox where anything happens, and a poll that keeps its books in memory and commits batch by batch."""

    def __init__(self) -> None:
        super().__init__()
        self.mailbox = FakeMailbox()
        self.arrived: set[bytes] = set()
        self.removed: set[bytes] = set()
        self.stored: list[bytes] = []
        self.slots: set[tuple[int, int]] = set()
        self.set_aside: set[tuple[int, int]] = set()
        self.large: set[tuple[int, int]] = set()
        self.state: FolderState | None = None
        self.number = 0

    @rule(size=st.integers(10, 60))
    def arrive(self, size: int) -> None:
        self.number += 1
        raw = f"{self.number}".encode().ljust(size)
        self.mailbox.add(raw)
        self.arrived.add(raw)

    @rule(pick=st.integers(0, 30))
    def somebody_removes(self, pick: int) -> None:
        uids = self.mailbox.holds()
        if uids:
            uid = uids[pick % len(uids)]
            self.removed.add(self.mailbox._folders["INBOX"].mails[uid].raw)
            self.mailbox.expunge(uid)

    @rule()
    def rebuild(self) -> None:
        self.mailbox.reset_uidvalidity()

    @rule()
    def lose_uidvalidity(self) -> None:
        self.mailbox.lose_uidvalidity()

    @precondition(lambda self: self.mailbox._folders["INBOX"].uidvalidity == 0)
    @rule()
    def renumber(self) -> None:
        self.mailbox.renumber()

    @rule(after=st.integers(0, 4))
    def break_soon(self, after: int) -> None:
        self.mailbox.drop_connection_after(after)

    @rule(step=st.sampled_from(["connect", "examine", "uids", "sizes", "fetch"]), throttled=st.booleans())
    def refuse_once(self, step: str, throttled: bool) -> None:
        self.mailbox.fail(step, Throttled("fake", 1) if throttled else ConnectionLost("fake", "BYE"))

    @rule(dies_after=st.integers(0, 5))
    def poll(self, dies_after: int) -> None:
        try:
            self._poll(dies_after)
        except (MailboxError, Died):
            return

    @rule()
    def poll_until_quiet(self) -> None:
        for _ in range(30):
            try:
                self._poll(dies_after=1000)
            except MailboxError:
                continue
            break
        small = {raw for raw in self.arrived - self.removed if len(raw) <= LIMITS.max_message_bytes}
        assert small <= set(self.stored)

    @invariant()
    def nothing_is_stored_twice(self) -> None:
        assert len(self.stored) == len(set(self.stored))

    @invariant()
    def the_cursor_passed_nothing_unseen(self) -> None:
        if self.state and 0 < self.state.uidvalidity == self.mailbox._folders["INBOX"].uidvalidity:
            seen = self.slots | self.large
            held = {uid for uid in self.mailbox.holds() if uid <= self.state.last_uid}
            assert held <= {uid for validity, uid in seen if validity == self.state.uidvalidity}

    def _poll(self, dies_after: int) -> None:
        with self.mailbox as mailbox:
            status = mailbox.examine("INBOX")
            beginning = where_to_begin(self.state, status, None)
            assert not isinstance(beginning, Refusal)
            uids = mailbox.uids(status, beginning.after, beginning.since)
            sizes = mailbox.sizes(status, uids)
            known = {uid for validity, uid in self.slots if validity == status.uidvalidity}
            plan = plan_fetch("statshop", status, beginning, uids, sizes, limits=LIMITS, known=known)
            for number, batch in enumerate(plan.batches):
                fetched = list(mailbox.fetch(status, batch.uids))
                if number == dies_after:
                    raise Died
                self._commit(fetched, batch)
            self.state = plan.cursor

    def _commit(self, fetched, batch) -> None:
        for message in fetched:
            assert not isinstance(message, NotRetrieved)
            self.slots.add((message.uidvalidity, message.uid))
            if message.raw not in self.stored:
                self.stored.append(message.raw)
        self.large |= {(batch.cursor.uidvalidity, large.uid) for large in batch.too_large}
        self.state = batch.cursor


Promise.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestPromise = Promise.TestCase
