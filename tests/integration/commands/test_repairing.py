"""Set-aside messages repaired as the page does it: previewed in a charset, read again, filed by hand."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.commands.explaining import Explainer
from pipeline.commands.repairing import Repairs
from pipeline.config import load_settings
from pipeline.errors import WorkersDidNotStart
from pipeline.flow.ingest import not_retrieved, record_of
from pipeline.flow.reading import Unread
from pipeline.mail.mailbox import NotRetrieved
from pipeline.mail.message import Origin, RawMessage
from pipeline.mail.mime.charsets import codec_named
from review.routes.operations import CHARSETS
from storage.engine import Store
from storage.messages import message_ids, raw_bytes, save_set_aside
from storage.records import NewSetAside

NOW = datetime(2011, 3, 14, 9, tzinfo=UTC)
GREEK = "Subject: x\r\nFrom: a@example.org\r\n\r\nΠίνακες παρακαλώ\r\n".encode("windows-1253")
DEEP = b"From: Bob <bob@example.org>\r\nSubject: Deep\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 200


@pytest.fixture
def repairs(tmp_path: Path, sqlite_store: Store) -> Iterator[Repairs]:
    """Give the repairs of a house with one worker."""
    (tmp_path / "config.toml").write_text("[reading]\nworkers = 1\n")
    settings = load_settings(tmp_path / "config.toml", {})
    with Explainer(settings, tmp_path) as explainer:
        yield Repairs(sqlite_store, settings, tmp_path, explainer.reader)


def set_aside(store: Store, raw: bytes) -> None:
    place = {"account": "box-1a2b3c", "folder": "INBOX", "uidvalidity": 7, "uid": 9}
    came = RawMessage(origin=Origin.IMAP, **place, raw=raw, internal_date=NOW)
    record = record_of(came, Unread(reason="it broke"), NOW)
    assert isinstance(record, NewSetAside)
    save_set_aside(store, record, now=NOW)


def test_a_charset_is_tried_before_it_is_chosen(repairs: Repairs, sqlite_store: Store) -> None:
    set_aside(sqlite_store, GREEK)
    seen = repairs.preview(1, "windows-1253")
    assert (seen.sender, seen.text.strip()) == ("a@example.org", "Πίνακες παρακαλώ")
    assert repairs.preview(1, "windows-1251").text.strip() != seen.text.strip()
    assert message_ids(sqlite_store) == ()  # a preview changes nothing
    number = repairs.retry(1, "windows-1253").message_id
    assert number is not None
    assert raw_bytes(sqlite_store, number) == GREEK


def test_what_cannot_be_read_is_said_and_filed_by_hand(repairs: Repairs, sqlite_store: Store) -> None:
    set_aside(sqlite_store, DEEP)
    assert "nested" in repairs.preview(1, "").error
    assert "nested" in repairs.retry(1, "").error
    number = repairs.file_by_hand(1).message_id
    assert number is not None
    assert raw_bytes(sqlite_store, number) == DEEP
    assert repairs.file_by_hand(1).message_id == number  # twice is once


def test_a_large_mbox_is_left_to_a_terminal(
    repairs: Repairs, sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, letter = b"From a@example.org Wed Mar  2 09:00:00 2011\n", b"Subject: %d\nFrom: a@example.org\n\nHello.\n\n"
    path = tmp_path / "a.mbox"
    path.write_bytes(line + letter % 1 + line + letter % 2)
    lost = NotRetrieved(account="archive", folder=str(path), uidvalidity=0, uid=1, reason="it cannot be read")
    save_set_aside(sqlite_store, not_retrieved(lost, NOW, origin=Origin.ARCHIVE), now=NOW)
    with monkeypatch.context() as small:
        small.setattr("pipeline.flow.rereading._AT_ONCE", 10)
        assert "statshop set-aside retry 1 reads it in a terminal" in repairs.retry(1, "").error
    assert "is an mbox" in repairs.file_by_hand(1).error
    assert repairs.retry(1, "").message_id == 2
    assert message_ids(sqlite_store) == (1, 2)


class NoWorkers:
    """A reader whose workers cannot be started."""

    def read(self, *given: object) -> Iterator[None]:
        """Fail."""
        raise WorkersDidNotStart


def test_workers_that_do_not_start_are_said_on_the_page(repairs: Repairs, sqlite_store: Store) -> None:
    set_aside(sqlite_store, GREEK)
    repairs._reader = lambda: nullcontext(NoWorkers())
    assert "worker" in repairs.preview(1, "").error
    assert "worker" in repairs.retry(1, "").error


@pytest.mark.parametrize("name", CHARSETS)
def test_every_charset_that_the_page_offers_is_one(name: str) -> None:
    assert codec_named(name) is not None
