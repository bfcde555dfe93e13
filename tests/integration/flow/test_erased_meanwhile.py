"""Words taken away while somebody else is at work with them: what was read before is not written afterwards."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fakes.mailbox import FakeMailbox
from sqlalchemy import text

from pipeline.flow.rebuilding import rebuild_stretch
from pipeline.flow.retagging import retag_stretch
from pipeline.flow.retry import retry_one
from pipeline.mail.message import RawMessage
from storage import decisions
from storage.engine import Store
from storage.erasure import erase, find_person
from storage.forgetting import Part
from storage.integrity import table_faults
from storage.messages import message_ids
from storage.models import METADATA
from storage.retention import retain
from storage.reviews import decide, message, undo
from storage.setaside import set_aside_list

from .conftest import NOW, UNREADABLE, ReaderHere, all_stretches, mail

CANARY = "volunteers of zanzibar"
LATER = NOW + timedelta(days=99)


class ReaderMeanwhile:
    """Reads, and has something happen before what was read is kept."""

    def __init__(self, reader: ReaderHere, happens: Callable[[], object]) -> None:
        self._reader, self._happens = reader, happens

    def load_ahead(self) -> None:
        """Have everything loaded already."""

    def read(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[Any]:
        """Read all messages, then let it happen."""
        done = list(self._reader.read(raws, now))
        self._happens()
        yield from done

    def judge(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[Any]:
        """Judge all messages, then let it happen."""
        done = list(self._reader.judge(raws, now))
        self._happens()
        yield from done


@pytest.fixture
def filled(store: Store, mailbox: FakeMailbox, poll: Any) -> Store:
    store.erasure_key = b"k" * 32 if store.on_postgresql else b""
    for number in range(3):
        mailbox.add(mail(number, text=f"We use the Citizenship Survey to plan our work with {CANARY}."))
    poll()
    return store


@pytest.fixture(params=["erasure", "retention"])
def take_all(request: pytest.FixtureRequest, filled: Store) -> Callable[[], object]:
    """Give what takes every word of every message away."""
    if request.param == "erasure":
        return lambda: erase(filled, message_ids(filled), (), now=NOW)
    return lambda: retain(filled, dict.fromkeys(Part, LATER), now=NOW)


def words_held(store: Store) -> bool:
    with store.reading() as session:
        return CANARY in str([session.connection().execute(table.select()).all() for table in METADATA.sorted_tables])


def stale(store: Store) -> None:
    """Have today's rules say something else of every message."""
    with store.writing() as session:
        for table in ("message", "verdict"):
            session.connection().execute(text(f"UPDATE {table} SET rules_version = 'older', confidence = 0.1"))


@pytest.mark.parametrize(("kind", "do"), [("rebuild", rebuild_stretch), ("retag", retag_stretch)])
def test_a_work_does_not_bring_back_what_went_while_it_read(
    filled: Store, reader: ReaderHere, take_all: Callable[[], object], kind: str, do: Callable[..., bool]
) -> None:
    stale(filled)
    meanwhile = ReaderMeanwhile(reader, take_all)
    all_stretches(filled, kind, lambda work, number: do(filled, meanwhile, work, number, NOW))
    assert not words_held(filled)
    assert find_person(filled, "ann@example.org").written == ()
    assert table_faults(filled) == ()


def test_a_work_goes_on_with_the_messages_that_stay(filled: Store, reader: ReaderHere) -> None:
    stale(filled)
    meanwhile = ReaderMeanwhile(reader, lambda: erase(filled, (2,), (), now=NOW))
    done = all_stretches(filled, "retag", lambda work, number: retag_stretch(filled, meanwhile, work, number, NOW))
    assert done.changed == 2
    assert message(filled, 2).verdict.rules_version == "older"


@pytest.mark.parametrize(  # SQLite's writers do not meet
    "store_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_an_undo_does_not_bring_back_what_went_before_it_had_its_lock(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = message(filled, 1)
    said = {"statements": opened.statements, "note": CANARY, "now": NOW, "who": "reviewer"}
    one = decide(filled, 1, version=opened.version, tags=opened.tags, **said)
    decide(filled, 1, version=one.version, tags=opened.tags[:1], **said)
    real = decisions.message_row

    def retained_first(*given: Any) -> Any:
        monkeypatch.setattr(decisions, "message_row", real)
        retain(filled, dict.fromkeys(Part, LATER), now=NOW)
        return real(*given)

    monkeypatch.setattr(decisions, "message_row", retained_first)
    undo(filled, "reviewer", now=NOW)
    assert not words_held(filled)


def test_what_came_back_is_named_by_verify(filled: Store) -> None:
    erase(filled, message_ids(filled), (), now=NOW)
    with filled.writing() as session:
        session.connection().execute(text("UPDATE search_text SET body = 'here again' WHERE message_id = 2"))
    assert table_faults(filled) == ("messages that say again what was taken away: 1",)


def test_what_is_erased_while_it_is_read_again_is_not_filed(
    filled: Store, mailbox: FakeMailbox, poll: Any, reader: ReaderHere
) -> None:
    mailbox.add(UNREADABLE)
    poll()
    (item,) = set_aside_list(filled)
    reader.mended = True
    meanwhile = ReaderMeanwhile(reader, lambda: erase(filled, (), (item.id,), now=NOW))
    assert not retry_one(filled, meanwhile, item, NOW)
    assert len(message_ids(filled)) == 3
    assert set_aside_list(filled) == ()
