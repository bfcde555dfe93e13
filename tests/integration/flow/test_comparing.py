"""Two folders of rules over stored mail: gains, losses, and the decisions that they touch."""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes.small_rules import wider_rules

from classifiers.catalogue import PACKAGED
from pipeline.flow.comparing import Comparison, Moved, compare
from pipeline.flow.ingest import record_of
from pipeline.flow.reading import MessageReader, Reading, ReadingContext, Unread
from pipeline.mail.message import Origin, RawMessage
from storage.decisions import decide
from storage.engine import Store
from storage.messages import message_ids, raw_bytes, save_message
from storage.records import TagRecord

NOW = datetime(2011, 3, 1, 9, tzinfo=UTC)
COHESION = ("product", "cohesion")


class Here:
    """Reads in this process."""

    def __init__(self, folder: Path) -> None:
        self._reader = MessageReader(ReadingContext(rules_folder=folder))

    def read(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[tuple[RawMessage, Reading | Unread]]:
        for raw in raws:
            yield raw, self._reader.read(raw, now)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Here, Here]:
    """Give a reader by the packaged rules, and one by these and one more."""
    return Here(PACKAGED), Here(wider_rules(tmp_path_factory.mktemp("new") / "rules"))


@pytest.fixture
def arrive(sqlite_store: Store, readers: tuple[Here, Here]) -> Callable[..., int]:
    """Store a message as the old rules read it; a person decides that it is of these products."""

    def arrived(number: int, text: str, person: tuple[str, ...] | None = None) -> int:
        lines = ["From: Ann <ann@example.org>", f"Subject: Letter {number}", f"Message-ID: <{number}@x>", "", text, ""]
        raw = RawMessage(
            origin=Origin.IMAP, account="a", folder="INBOX", uidvalidity=1, uid=number, raw="\r\n".join(lines).encode()
        )
        ((_, outcome),) = readers[0].read([raw], NOW)
        record: Any = record_of(raw, outcome, NOW)
        message_id = save_message(sqlite_store, record, now=NOW).message_id
        assert message_id is not None
        if person is not None:
            kept = [tag for tag in record.verdict.tags if tag.dimension != "product"]
            kept += [TagRecord(dimension="product", value=value, confidence=1.0) for value in person]
            decide(sqlite_store, message_id, version=1, who="ann", tags=kept, statements=(), now=NOW)
        return message_id

    return arrived


def compared(store: Store, readers: tuple[Here, Here]) -> Comparison:
    return compare(store, *readers, lambda: NOW, threading.Event(), lambda *_: None)


def test_tag_gains_what_only_the_new_rules_say(
    sqlite_store: Store, readers: tuple[Here, Here], arrive: Callable[..., int]
) -> None:
    gains, _ = arrive(1, "Please send the zebra crossing tables."), arrive(2, "How many adults volunteer?")
    found = compared(sqlite_store, readers)
    assert (found.read, [change.message_id for change in found.changes]) == (2, [gains])
    change = next(one for one in found.tags() if one.tag == COHESION)
    assert (change.gains, change.losses) == ((Moved(message_id=gains),), ())


@pytest.mark.parametrize(("person", "says"), [(("cohesion",), True), ((), False)], ids=["as the new", "as the old"])
def test_decided_messages_are_marked(
    sqlite_store: Store,
    readers: tuple[Here, Here],
    arrive: Callable[..., int],
    person: tuple[str, ...],
    says: bool,
) -> None:
    message_id = arrive(1, "Please send the zebra crossing tables.", person)
    change = next(one for one in compared(sqlite_store, readers).tags() if one.tag == COHESION)
    assert change.gains == (Moved(message_id=message_id, says=says),)


def test_what_the_new_rules_no_longer_say_is_lost(
    sqlite_store: Store, readers: tuple[Here, Here], arrive: Callable[..., int]
) -> None:
    message_id = arrive(1, "Please send the zebra crossing tables.")
    change = next(one for one in compared(sqlite_store, readers[::-1]).tags() if one.tag == COHESION)
    assert (change.gains, change.losses) == ((), (Moved(message_id=message_id),))


def test_same_rules_change_nothing(sqlite_store: Store, readers: tuple[Here, Here], arrive: Callable[..., int]) -> None:
    arrive(1, "Please send the zebra crossing tables.")
    assert compared(sqlite_store, (readers[0], readers[0])).changes == ()
    assert raw_bytes(sqlite_store, message_ids(sqlite_store)[0])
