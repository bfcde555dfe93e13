"""The core promise as a property: whatever fails in between, every message is stored exactly once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fakes.mailbox import FakeMailbox
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from pipeline.flow import filing
from pipeline.flow.poll import Parts, Poll
from pipeline.mail.errors import MailboxError
from storage.engine import Store, open_store
from storage.errors import StorageError
from storage.messages import message_ids, raw_bytes, set_aside_list, set_aside_raw
from storage.upgrade import upgrade

from .conftest import NOW, ReaderHere, mail
from .conftest import settings as mailbox_settings

FOLDERS = ("INBOX", "Old")


class MailboxThroughTrouble(RuleBasedStateMachine):
    """Mail arrives, moves and vanishes, connections and databases fail, folders are numbered anew."""

    uids = Bundle("uids")

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'store.db'}"
        upgrade(url)
        self.store: Store = open_store(url)
        self.mailbox = FakeMailbox(mailbox_settings().account)
        self.mailbox.add(mail(0), folder="Old")
        self.reader = _reader()
        self.reader.mended = False
        self.sent = 0
        self.gone: set[bytes] = set()

    @rule(folder=st.sampled_from(FOLDERS), readable=st.booleans(), twice=st.booleans())
    def mail_arrives(self, folder: str, readable: bool, twice: bool) -> None:
        self.sent += 1
        text = "How many people volunteer?" if readable else "UNREADABLE"
        for _ in range(2 if twice else 1):
            self.mailbox.add(mail(self.sent, text=text), folder=folder)

    @rule(folder=st.sampled_from(FOLDERS), data=st.data())
    def mail_is_expunged(self, folder: str, data: st.DataObject) -> None:
        held = self.mailbox.holds(folder=folder)
        if held:
            self.mailbox.expunge(data.draw(st.sampled_from(held)), folder=folder)

    @rule(folder=st.sampled_from(FOLDERS))
    def folder_is_numbered_anew(self, folder: str) -> None:
        self.mailbox.reset_uidvalidity(folder=folder)

    @rule(after=st.integers(0, 4))
    def poll_whose_connection_breaks(self, after: int) -> None:
        self.mailbox.drop_connection_after(after)
        self.poll()

    @rule(batch=st.integers(1, 3))
    def poll_whose_database_fails(self, batch: int) -> None:
        with _failing_after(batch), suppress(StorageError):
            self.poll()

    @rule(data=st.data())
    def server_withholds_a_message(self, data: st.DataObject) -> None:
        held = self.mailbox.holds()
        if held:
            self.mailbox.withhold(data.draw(st.sampled_from(held)))

    @rule()
    def plain_poll(self) -> None:
        self.poll()

    @invariant()
    def nothing_is_stored_twice(self) -> None:
        stored = self.stored()
        assert len(stored) == len(set(stored))

    def teardown(self) -> None:
        for uid in self.mailbox.holds():
            self.mailbox.hand_over(uid)
        for _ in range(4):
            self.poll()
        pile = set_aside_list(self.store)
        assert all(item.holds_mail for item in pile if item.slot.folder == "INBOX" and self.is_there(item.slot.uid))
        aside = [set_aside_raw(self.store, item.id) for item in pile if item.holds_mail]
        kept = set(self.stored()) | set(aside)
        assert self.on_server() <= kept
        assert len(aside) == len(set(aside))
        assert not set(self.stored()) & set(aside)
        self.store.close()
        self.folder.cleanup()

    def is_there(self, uid: int) -> bool:
        return uid in self.mailbox.holds()

    def poll(self) -> None:
        parts = Parts(
            store=self.store,
            reader=self.reader,
            clock=lambda: NOW,
            stop=_Impatient(),
            told=lambda progress: None,
            tries=9,
            accept_shrunken_folder=True,
        )
        with suppress(MailboxError):
            Poll(mailbox_settings(folders=FOLDERS, batch_messages=2), parts, lambda: self.mailbox).run()

    def stored(self) -> list[bytes]:
        return [raw_bytes(self.store, number) for number in message_ids(self.store)]

    def on_server(self) -> set[bytes]:
        return {self.mailbox.raw(uid, folder=folder) for folder in FOLDERS for uid in self.mailbox.holds(folder=folder)}


class _Impatient(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


_KEPT: list[ReaderHere] = []


def _reader() -> ReaderHere:
    if not _KEPT:
        _KEPT.append(ReaderHere())
    return _KEPT[0]


@contextmanager
def _failing_after(batches: int) -> Iterator[None]:
    """Let the database refuse every batch after so many."""
    with pytest.MonkeyPatch.context() as patched:
        save, done = filing.save_batch, []

        def refuse(*args: object, **kwargs: object) -> object:
            done.append(1)
            if len(done) > batches:
                raise StorageError("the disk is full")
            return save(*args, **kwargs)

        patched.setattr(filing, "save_batch", refuse)
        yield


TestExactlyOnce = MailboxThroughTrouble.TestCase
TestExactlyOnce.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
