"""A real store with a small month in it."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.catalogue import Catalogue, CatalogueEntry
from classifiers.verdict import Dimension
from storage.engine import Store, open_store
from storage.messages import save_message
from storage.records import NewMessage, Slot, StatementRecord, TagRecord, VerdictRecord, ZoneRecord
from storage.upgrade import upgrade

BODY = "We use the cohesion report to plan our services."
MARCH = datetime(2011, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    upgrade(url)
    with open_store(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    entries = [
        (Dimension.DISPOSITION, "triage", "For the team to read"),
        (Dimension.PRODUCT, "cohesion", "Cohesion"),
        (Dimension.USER_CATEGORY, "academia", "Academia"),
        (Dimension.USER_CATEGORY, "media", "Media"),
        (Dimension.USE, "research", "Research"),
        (Dimension.CHANNEL, "usage-feedback", "Feedback on use"),
    ]
    return Catalogue(entries=tuple(CatalogueEntry(dimension=d, id=value, title=title) for d, value, title in entries))


@pytest.fixture
def arrive(store: Store) -> Callable[..., int]:
    """Store message `number`, as if it had arrived at a given time."""

    def arriving(number: int, *, at: datetime = MARCH, user: str = "academia") -> int:
        raw = f"Subject: Request {number}\r\n\r\n{BODY}\r\n".encode()
        digest = hashlib.sha256(raw).hexdigest()
        tags = [("disposition", "triage"), ("product", "cohesion"), ("user_category", user), ("use", "research")]
        message = NewMessage(
            slot=Slot(account="statshop", folder="INBOX", uidvalidity=7, uid=number),
            origin="imap",
            raw=raw,
            raw_sha256=digest,
            mail_sha256=digest,
            arrived_at=at + timedelta(minutes=number),
            arrived_source="internaldate",
            subject=f"Request {number}",
            sender_name="Ann Example",
            sender_address=f"ann{number}@example.org",
            user_address=f"ann{number}@example.org",
            thread_key=f"<{number}@example.org>",
            zones=(ZoneRecord(kind="new", text=BODY),),
            verdict=VerdictRecord(
                rules_version="r1",
                tags=tuple(TagRecord(dimension=dimension, value=value) for dimension, value in tags),
                statements=(StatementRecord(kind="use", text=BODY, zone=0, start=0, end=len(BODY)),),
            ),
        )
        saved = save_message(store, message, now=at)
        assert saved.message_id is not None
        return saved.message_id

    return arriving
