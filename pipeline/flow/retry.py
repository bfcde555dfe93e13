"""What was set aside tried again: read from its stored bytes, or first fetched where the server still has them."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.flow.filing import file_batch
from pipeline.flow.ingest import record_of
from pipeline.flow.plan import Batch
from pipeline.flow.reader import Reader
from pipeline.mail.errors import MessageGone
from pipeline.mail.identity import quoting_of
from pipeline.mail.mailbox import Mailbox
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.errors import DamagedContent, RawGone
from storage.messages import MAX_TRIES, release_set_aside, retry_due, save_set_aside, set_aside_raw
from storage.records import FolderState, NewMessage, SetAside
from storage.setaside import set_aside_one

log = logging.getLogger(__name__)

_NUMBERED_ANEW = "the folder was numbered anew; the next poll lists it under its new number"


def retry_set_aside(store: Store, reader: Reader, account: str, *, tries: int, now: datetime) -> int:
    """Try each message once that was tried fewer than `tries` times; give how many could be filed (FIELD F20)."""
    waiting = retry_due(store, account, tries)
    return sum(1 for item in _again(store, reader, waiting, now, tries) if item)


def retry_one(store: Store, reader: Reader, item: SetAside, now: datetime, *, charset: str = "") -> bool:
    """Try one message again, whatever its count; tell whether it was filed. `charset` is a person's choice."""
    return next(_again(store, reader, (item,), now, MAX_TRIES, charset), False)


def fetch_one(store: Store, reader: Reader, mailbox: Mailbox, item: SetAside, now: datetime) -> SetAside:
    """Fetch a message that was too large, or withheld by the server, whatever its size; give how it stands now.

    Raises MessageGone when it is no longer where it was.
    """
    slot = item.slot
    status = mailbox.examine(slot.folder)
    if status.uidvalidity != slot.uidvalidity:
        raise MessageGone(slot.folder, slot.uid, _NUMBERED_ANEW)
    place = FolderState(account=slot.account, folder=slot.folder, uidvalidity=slot.uidvalidity, last_uid=slot.uid)
    batch = Batch(uids=(slot.uid,), too_large=(), cursor=place)
    did = file_batch(store, reader, mailbox, status, batch, now=now, max_tries=MAX_TRIES)
    if did["gone"]:
        raise MessageGone(slot.folder, slot.uid, "it is no longer on the server")
    return set_aside_one(store, item.id)


def _again(
    store: Store, reader: Reader, waiting: tuple[SetAside, ...], now: datetime, tries: int, charset: str = ""
) -> Iterator[bool]:
    items: list[SetAside] = []
    for place, (raw, outcome) in enumerate(reader.read(_raws(store, waiting, charset, items), now)):
        record = record_of(raw, outcome, now)
        if isinstance(record, NewMessage):
            yield _released(store, items[place], record, now)
        else:
            save_set_aside(store, record, now=now, max_tries=tries)
            yield False


def _raws(store: Store, waiting: tuple[SetAside, ...], charset: str, items: list[SetAside]) -> Iterator[RawMessage]:
    """Give what can be tried; `items` learns which. Damaged bytes are left to `verify`: they stop no other."""
    for item in waiting:
        try:
            content = set_aside_raw(store, item.id) if item.holds_mail else None
        except DamagedContent:
            log.error("set aside %d is damaged and cannot be tried again", item.id)
            continue
        if content is not None:
            items.append(item)
            yield replace(raw_of(item, content), charset=charset)


def _released(store: Store, item: SetAside, record: NewMessage, now: datetime) -> bool:
    """File what could be read now; False where it was erased meanwhile."""
    try:
        release_set_aside(store, item.id, record, now=now)
    except RawGone:
        return False
    return True


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
        mbox=quoting_of(content, item.mail_sha256),
    )
