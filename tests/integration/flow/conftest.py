"""What the tests of the flow share: a reader in this process, and a poll of a fake mailbox."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.mailbox import FakeMailbox

from classifiers.verdict import Verdict
from pipeline.flow.poll import Parts, Poll
from pipeline.flow.reading import MessageReader, Reading, ReadingContext, Unread
from pipeline.mail.mailbox import MailboxSettings
from pipeline.mail.message import RawMessage
from pipeline.mail.signin import Password, Secret
from storage.engine import Store
from storage.stretches import stretches_of
from storage.works import begin_work, counts_of, faults_of, stretches_left

NOW = datetime(2011, 3, 1, 9, tzinfo=UTC)
UNREADABLE = b"Subject: cannot be read\r\n\r\nUNREADABLE\r\n"


class ReaderHere:
    """Reads in this process; a message that says UNREADABLE cannot be read until `mended` is set."""

    def __init__(self) -> None:
        self._reader = MessageReader(ReadingContext())
        self.mended = False

    def load_ahead(self) -> None:
        """Have everything loaded already."""

    def read(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[tuple[RawMessage, Reading | Unread]]:
        """Read messages in their order."""
        for raw in raws:
            bad = b"UNREADABLE" in raw.raw and not self.mended
            yield raw, Unread(reason="it cannot be read") if bad else self._reader.read(raw, now)

    def judge(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[tuple[RawMessage, Verdict | Unread]]:
        """Say what the rules say of messages, in their order."""
        for raw, outcome in self.read(raws, now):
            yield raw, outcome if isinstance(outcome, Unread) else self._reader.judged(raw)


@pytest.fixture(scope="session")
def reader_here() -> ReaderHere:
    """Load the rules once."""
    return ReaderHere()


@pytest.fixture
def reader(reader_here: ReaderHere) -> Iterator[ReaderHere]:
    """Give the reader, its repair undone afterwards."""
    yield reader_here
    reader_here.mended = False


@pytest.fixture
def mailbox() -> FakeMailbox:
    """Give an empty mailbox."""
    return FakeMailbox(settings().account)


@pytest.fixture
def poll(store: Store, mailbox: FakeMailbox, reader: ReaderHere) -> Any:
    """Poll the fake mailbox into the store; gives the poll with its counts. Settings by name."""

    def polled(stop: threading.Event | None = None, accept_shrunken_folder: bool = False, **changes: Any) -> Poll:
        parts = Parts(
            store=store,
            reader=reader,
            clock=lambda: NOW,
            stop=stop or threading.Event(),
            told=lambda progress: None,
            accept_shrunken_folder=accept_shrunken_folder,
        )
        made = Poll(settings(**changes), parts, lambda: mailbox)
        made.run()
        return made

    return polled


def settings(**changes: Any) -> MailboxSettings:
    """Give the settings of the fake mailbox."""
    sign_in = Password(secret=Secret(value="secret"))
    return MailboxSettings(**{"name": "statshop", "host": "localhost", "user": "u", "sign_in": sign_in, **changes})


def mail(number: int, *, message_id: str | None = None, text: str = "How many people volunteer?") -> bytes:
    """Build a message that differs from every other by its number."""
    identity = f"<{number}@example.org>" if message_id is None else message_id
    lines = [
        "From: Ann Example <ann@example.org>",
        "To: StatShop@communities.gsi.gov.uk",
        f"Subject: Question {number}",
    ]
    lines += [f"Message-ID: {identity}"] if identity else []
    return "\r\n".join([*lines, "", f"{text} ({number})", ""]).encode()


@dataclass(frozen=True)
class Done:
    """What a large work did."""

    read: int
    changed: int
    faults: tuple[str, ...]


def all_stretches(store: Store, kind: str, do: Callable[[int, int], bool]) -> Done:
    """Do a large work over all that is stored; `do` gets the numbers of the work and of each stretch."""
    work = begin_work(store, kind, "", stretches_of(store), now=NOW)
    for stretch in stretches_left(store, work.id):
        assert do(work.id, stretch.number)
    counts, faults = counts_of(store, work.id), faults_of(store, work.id)
    return Done(read=counts["read"], changed=counts["changed"], faults=faults)
