"""Messages for the store's tests, made by the dozen."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import models as m
from storage.engine import Store
from storage.records import (
    AttachmentRecord,
    HitRecord,
    NewMessage,
    NewSetAside,
    Slot,
    StatementRecord,
    TagRecord,
    VerdictRecord,
    ZoneRecord,
)

NOON = datetime(2011, 3, 14, 12, 0, tzinfo=UTC)
BODY = "We use the cohesion report to plan our services."


def verdict_of(*values: str, version: str = "r1", needs_person: bool = True, **more: Any) -> VerdictRecord:
    """Make a verdict: each value is "dimension:value"."""
    tags = tuple(TagRecord(dimension=one.split(":")[0], value=one.split(":")[1], confidence=0.8) for one in values)
    hit = HitRecord(rule="P-01", dimension="product", value="cohesion", zone=1, start=11, end=26, words=BODY[11:26])
    return VerdictRecord(
        rules_version=version, tags=tags, hits=(hit,), confidence=0.8, needs_person=needs_person, **more
    )


def message_of(number: int, **changes: Any) -> NewMessage:
    """Make message `number`: its own mail, in slot `number` of the inbox, an hour after the one before."""
    raw = changes.pop("raw", f"Subject: Request {number}\r\n\r\n{BODY}\r\n".encode())
    digest = hashlib.sha256(raw).hexdigest()
    message = NewMessage(
        slot=Slot(account="statshop", folder="INBOX", uidvalidity=7, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=NOON + timedelta(hours=number),
        arrived_source="internaldate",
        subject=f"Request {number}",
        sender_name="Ann Example",
        sender_address=f"ann{number}@example.org",
        user_address=f"ann{number}@example.org",
        thread_key=f"<{number}@example.org>",
        message_id=f"<{number}@example.org>",
        zones=(ZoneRecord(kind="subject", text=f"Request {number}"), ZoneRecord(kind="new", text=BODY)),
        attachments=(AttachmentRecord(filename="t.csv", content_type="text/csv", size=3, sha256="0", text="wards"),),
        verdict=verdict_of(
            "disposition:triage",
            "product:cohesion",
            statements=(StatementRecord(kind="use", text=BODY, zone=1, start=0, end=len(BODY)),),
        ),
    )
    return replace(message, **changes)


def set_aside_of(number: int, **changes: Any) -> NewSetAside:
    """Make what `message_of(number)` would be when it cannot be read."""
    whole = message_of(number)
    names = ("slot", "origin", "raw", "raw_sha256", "mail_sha256", "arrived_at", "arrived_source")
    item = NewSetAside(**{name: getattr(whole, name) for name in names}, error="nested too deep", size=len(whole.raw))
    return replace(item, **changes)


def tombstones(store: Store) -> frozenset[str]:
    """Give the keyed digests of all that was erased."""
    with store.reading() as session:
        return frozenset(session.connection().execute(select(m.tombstone.c.digest)).scalars())


@pytest.fixture
def now() -> datetime:
    """Give the moment at which the tests' work is done."""
    return datetime(2011, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def new_message() -> Callable[..., NewMessage]:
    """Give the maker of messages."""
    return message_of


@pytest.fixture
def new_set_aside() -> Callable[..., NewSetAside]:
    """Give the maker of unreadable messages."""
    return set_aside_of


@pytest.fixture
def new_verdict() -> Callable[..., VerdictRecord]:
    """Give the maker of verdicts."""
    return verdict_of
