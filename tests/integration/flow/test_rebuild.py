"""Everything made again: the same export, decisions kept, whatever was lost or taken away meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from fakes.mailbox import FakeMailbox
from sqlalchemy import text

from pipeline.flow.rebuilding import rebuild_stretch
from storage.engine import Store
from storage.erasure import erase
from storage.forgetting import Part
from storage.integrity import verify
from storage.messages import export_rows
from storage.records import QueueFilter
from storage.retention import retain
from storage.reviews import decide, message, queue

from .conftest import NOW, Done, ReaderHere, all_stretches, mail

DERIVED = ("message_text", "search_text", "tag", "statement", "rule_hit", "verdict")


@pytest.fixture
def reviewed(store: Store, mailbox: FakeMailbox, poll: Any) -> Store:
    """Fill the store; a person has corrected the first message and confirmed the second."""
    store.erasure_key = b"k" * 32 if store.on_postgresql else b""
    for number in range(6):
        mailbox.add(mail(number, text="We use the Citizenship Survey to plan our work with volunteers."))
    poll()
    for number, count in ((1, 1), (2, None)):
        opened = message(store, number)
        said = {"tags": opened.tags[:count], "statements": opened.statements, "note": "seen"}
        decide(store, number, version=opened.version, who="reviewer", now=NOW, **said)
    return store


def rebuilt(store: Store, reader: ReaderHere) -> Done:
    return all_stretches(store, "rebuild", lambda work, number: rebuild_stretch(store, reader, work, number, NOW))


def test_rebuilding_gives_the_same_export(reviewed: Store, reader: ReaderHere) -> None:
    before = list(export_rows(reviewed))
    assert rebuilt(reviewed, reader) == Done(read=6, changed=0, faults=())
    assert list(export_rows(reviewed)) == before


def test_what_was_lost_is_made_again(reviewed: Store, reader: ReaderHere) -> None:
    before = list(export_rows(reviewed))
    with reviewed.writing() as session:
        for table in DERIVED:
            session.connection().execute(text(f"DELETE FROM {table} WHERE message_id IN (1, 3)"))
        session.connection().execute(text("UPDATE message SET subject = 'lost', sender_address = '' WHERE id = 3"))
    rebuilt(reviewed, reader)
    assert list(export_rows(reviewed)) == before
    assert verify(reviewed).faults == ()
    assert queue(reviewed, QueueFilter(words="volunteers")).count == 6


def test_what_retention_and_erasure_took_stays_taken(reviewed: Store, reader: ReaderHere) -> None:
    erase(reviewed, (2,), (), now=NOW)
    retain(reviewed, dict.fromkeys(Part, NOW + timedelta(minutes=3, seconds=30)), now=NOW)
    before = list(export_rows(reviewed))
    assert rebuilt(reviewed, reader).read == 3
    assert list(export_rows(reviewed)) == before
    assert message(reviewed, 1).history[0].who == "reviewer"
