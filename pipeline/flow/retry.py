"""What was set aside tried again from its stored bytes: filed when it can be read now, else one more try counted."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.flow.ingest import record_of
from pipeline.flow.reader import Reader
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import release_set_aside, retry_due, save_set_aside, set_aside_raw
from storage.records import NewMessage, SetAside


def retry_set_aside(store: Store, reader: Reader, account: str, *, tries: int, now: datetime) -> int:
    """Try each message once that was tried fewer than `tries` times; give how many could be filed (FIELD F20)."""
    waiting = retry_due(store, account, tries)
    return sum(1 for item in _again(store, reader, waiting, now) if item)


def retry_one(store: Store, reader: Reader, item: SetAside, now: datetime) -> bool:
    """Try one message again, whatever its count; tell whether it was filed."""
    return next(_again(store, reader, (item,), now), False)


def _again(store: Store, reader: Reader, waiting: tuple[SetAside, ...], now: datetime) -> Iterator[bool]:
    kept = [item for item in waiting if item.holds_mail]
    raws = (raw_of(item, set_aside_raw(store, item.id)) for item in kept)
    for item, (raw, outcome) in zip(kept, reader.read(raws, now), strict=True):
        record = record_of(raw, outcome, now)
        if isinstance(record, NewMessage):
            release_set_aside(store, item.id, record, now=now)
        else:
            save_set_aside(store, record, now=now)
        yield isinstance(record, NewMessage)


def raw_of(item: SetAside, content: bytes) -> RawMessage:
    """Give a set-aside message as it was received."""
    return RawMessage(
        origin=Origin(item.origin),
        account=item.slot.account,
        folder=item.slot.folder,
        uidvalidity=item.slot.uidvalidity,
        uid=item.slot.uid,
        raw=content,
        internal_date=item.arrived_at if item.arrived_source == "internaldate" else None,
    )
