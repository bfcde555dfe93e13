"""Mail that came from an mbox is the same mail at every later reading: rebuilt, judged, retried, filed by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.archives import messages_in

from pipeline.flow.by_hand import filed_by_hand
from pipeline.flow.ingest import record_of
from pipeline.flow.rebuilding import rebuild_stretch
from pipeline.flow.retagging import retag_stretch
from pipeline.flow.retry import raw_of, retry_set_aside
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import export_rows, message_ids, save_batch, set_aside_list, set_aside_raw
from storage.records import Saved, SavedMessage

from .conftest import NOW, Done, ReaderHere, all_stretches

ENVELOPE = b"From jane@example.org Thu Mar  3 10:22:00 2011\n"
HEAD = b"From: jane@example.org\nMessage-ID: <1@example.org>\nSubject: Budgets\n\n"
WORDS = b"From the Citizenship Survey we learn how many volunteer,\nand we use it to set the budgets of our stores.\n"


@pytest.fixture(params=["mboxo", "mboxrd"])
def archived(request: pytest.FixtureRequest, tmp_path: Path) -> RawMessage:
    """Give a letter that begins with "From", as an archive of either kind quotes it."""
    file = tmp_path / f"letters.{request.param}"
    file.write_bytes(ENVELOPE + HEAD + b">" + WORDS)
    return next(raw for raw in messages_in(file) if isinstance(raw, RawMessage))


def from_server(words: bytes = WORDS) -> RawMessage:
    raw = (HEAD + words).replace(b"\n", b"\r\n")
    return RawMessage(origin=Origin.IMAP, account="statshop", folder="INBOX", uidvalidity=7, uid=1, raw=raw)


def saved(store: Store, reader: ReaderHere, raw: RawMessage) -> SavedMessage:
    ((one, outcome),) = reader.read([raw], NOW)
    return save_batch(store, [record_of(one, outcome, NOW)], None, now=NOW)[0]


@pytest.mark.parametrize(("kind", "do"), [("rebuild", rebuild_stretch), ("retag", retag_stretch)])
def test_reading_again_gives_the_same(store: Store, reader: ReaderHere, archived: RawMessage, kind, do) -> None:
    saved(store, reader, archived)
    before = list(export_rows(store))
    done = all_stretches(store, kind, lambda work, number: do(store, reader, work, number, NOW))
    assert done == Done(read=1, changed=0, faults=())
    assert list(export_rows(store)) == before
    assert before[0]["tags"]


def test_what_could_not_be_read_is_one_mail_with_the_server_s(
    store: Store, reader: ReaderHere, archived: RawMessage
) -> None:
    saved(store, reader, replace(archived, raw=archived.raw + b"UNREADABLE\n"))
    reader.mended = True
    assert retry_set_aside(store, reader, archived.account, tries=3, now=NOW) == 1
    assert saved(store, reader, from_server(WORDS + b"UNREADABLE\n")).outcome is Saved.DUPLICATE
    (held,) = (row for row in export_rows(store) if row["kind"] == "message")
    assert (held["arrived_at"], held["arrived_source"]) == (
        datetime(2011, 3, 3, 10, 22, tzinfo=UTC).isoformat(),
        "mbox",
    )
    assert len(message_ids(store)) == 1


def test_what_is_filed_by_hand_is_one_mail_with_the_server_s(
    store: Store, reader: ReaderHere, archived: RawMessage
) -> None:
    saved(store, reader, replace(archived, raw=archived.raw + b"UNREADABLE\n"))
    (item,) = set_aside_list(store)
    filed = filed_by_hand(item, raw_of(item, set_aside_raw(store, item.id)), "r1")
    reader.mended = True
    ((one, outcome),) = reader.read([from_server(WORDS + b"UNREADABLE\n")], NOW)
    assert filed.mail_sha256 == record_of(one, outcome, NOW).mail_sha256
