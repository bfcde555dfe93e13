"""Everything made again: the same export, decisions kept, whatever was lost or taken away meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from fakes.mailbox import FakeMailbox
from sqlalchemy import LargeBinary, select, text, type_coerce

from pipeline.flow.by_hand import filed_by_hand
from pipeline.flow.rebuilding import rebuild_stretch
from pipeline.flow.retagging import retag_stretch
from pipeline.flow.retry import raw_of
from storage import models as m
from storage.columns import pack, packed
from storage.engine import Store
from storage.erasure import erase
from storage.forgetting import Part
from storage.integrity import verify
from storage.messages import export_rows, release_set_aside, set_aside_list, set_aside_raw
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


def damage(store: Store, number: int, *, whole: bool = False) -> None:
    """Change the stored bytes of a message as a disk does, or put others in their place that can be unpacked."""
    with store.writing() as session:
        here = select(packed(m.message_raw.c.body)).where(m.message_raw.c.message_id == number)
        body = bytearray(session.connection().execute(here).scalar_one())
        body[1] ^= 1
        changed = pack(b"Subject: changed\r\n\r\nThank you.\r\n") if whole else bytes(body)
        values = {"body": type_coerce(changed, LargeBinary)}
        session.connection().execute(m.message_raw.update().where(m.message_raw.c.message_id == number).values(values))


@pytest.mark.parametrize("whole", [False, True], ids=["cannot-be-unpacked", "other-bytes"])
def test_damaged_bytes_stop_nothing_and_are_named(reviewed: Store, reader: ReaderHere, whole: bool) -> None:
    before = list(export_rows(reviewed))
    damage(reviewed, 3, whole=whole)
    words = "its bytes are not those that were received" if whole else "its bytes are damaged and cannot be unpacked"
    assert verify(reviewed).faults == (f"message 3: {words}",)
    fault = "message 3 is damaged and stayed as it was: statshop verify"
    assert rebuilt(reviewed, reader) == Done(read=5, changed=0, faults=(fault,))
    judged = all_stretches(reviewed, "retag", lambda work, number: retag_stretch(reviewed, reader, work, number, NOW))
    assert judged == Done(read=5, changed=0, faults=("message 3 is damaged and keeps its verdict: statshop verify",))
    assert list(export_rows(reviewed)) == before


def test_damaged_text_is_named_and_made_again(reviewed: Store, reader: ReaderHere) -> None:
    before = list(export_rows(reviewed))
    with reviewed.writing() as session:
        session.connection().execute(
            m.message_text.update()
            .where(m.message_text.c.message_id == 4)
            .values(attachments=type_coerce(b"no zstd", LargeBinary))
        )
    assert verify(reviewed).faults == ("message 4: its text is damaged; statshop rebuild makes it again",)
    assert rebuilt(reviewed, reader) == Done(read=6, changed=0, faults=())
    assert list(export_rows(reviewed)) == before
    assert verify(reviewed).faults == ()


def test_what_was_filed_by_hand_is_no_fault(store: Store, mailbox: FakeMailbox, poll: Any, reader: ReaderHere) -> None:
    mailbox.add(mail(1, text="UNREADABLE"))
    poll()
    (item,) = set_aside_list(store)
    record = filed_by_hand(item, raw_of(item, set_aside_raw(store, item.id)), "r1")
    release_set_aside(store, item.id, record, now=NOW)
    assert rebuilt(store, reader) == Done(read=0, changed=0, faults=())
