"""One batch of a folder fetched, read and kept in one transaction; what did not come is accounted for as well."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.flow.ingest import not_retrieved, record_of, too_large
from pipeline.flow.plan import Batch
from pipeline.flow.reader import Reader
from pipeline.flow.readings import Reading, Unread
from pipeline.mail.errors import FolderRebuilt
from pipeline.mail.mailbox import Fetched, FolderStatus, Mailbox, NotRetrieved
from pipeline.mail.message import RawMessage
from storage.engine import Store
from storage.messages import save_batch
from storage.records import FolderState, NewMessage, NewSetAside, Saved, SavedMessage, Slot


@dataclass(slots=True)
class Begun:
    """A batch that has been fetched and is being read."""

    status: FolderStatus
    batch: Batch
    now: datetime
    outcomes: Iterator[tuple[RawMessage, Reading | Unread]]
    skipped: list[NotRetrieved]
    octets: int  # of the messages fetched


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch read, to be kept: its records, the slots whose message is gone, and how many were fetched."""

    items: list[NewMessage | NewSetAside]
    gone: tuple[Slot, ...]
    fetched: int
    now: datetime


def file_batch(
    store: Store,
    reader: Reader,
    mailbox: Mailbox,
    status: FolderStatus,
    batch: Batch,
    *,
    now: datetime,
    max_tries: int,
) -> dict[str, int]:
    """Fetch, read and keep a batch beside what a poll reads: no cursor moves. Count by the names of `RunCounts`.

    A message that does not come is looked for once more: one that the server still lists is set aside, to be asked for
    again; one that is gone is written down for the ledger (F9). `max_tries` are counted of what cannot be read (F20).
    """
    ready = read_batch(mailbox, begin_batch(reader, mailbox, status, batch, now))
    return keep_batch(store, ready, None, max_tries)


def begin_batch(reader: Reader, mailbox: Mailbox, status: FolderStatus, batch: Batch, now: datetime) -> Begun:
    """Fetch a batch and hand it out for reading."""
    skipped: list[NotRetrieved] = []
    raws = list(_retrieved(mailbox.fetch(status, batch.uids), skipped))
    return Begun(status, batch, now, iter(reader.read(raws, now)), skipped, sum(len(raw.raw) for raw in raws))


def read_batch(mailbox: Mailbox, begun: Begun) -> Ready:
    """Wait until a batch is read, and account for what did not come."""
    status, batch, now, account = begun.status, begun.batch, begun.now, begun.batch.cursor.account
    items: list[NewMessage | NewSetAside] = [record_of(raw, outcome, now) for raw, outcome in begun.outcomes]
    came = {item.slot.uid for item in items} | {item.uid for item in begun.skipped}
    absent = [uid for uid in batch.uids if uid not in came]
    held_back = _still_listed(mailbox, status, absent) if absent else ()
    missing = [*begun.skipped, *(_held_back(account, status, uid) for uid in held_back)]
    items += [not_retrieved(item, now) for item in missing]
    fetched = len(items)
    items += [too_large(batch.cursor, large, now) for large in batch.too_large]
    gone = _slots(account, status, [uid for uid in absent if uid not in held_back])
    return Ready(items, gone, fetched, now)


def keep_batch(store: Store, ready: Ready, cursor: FolderState | None, max_tries: int) -> dict[str, int]:
    """Keep a batch in one transaction, and count by the names of `RunCounts`."""
    saved = save_batch(store, ready.items, cursor, now=ready.now, max_tries=max_tries, unread=ready.gone)
    return {"fetched": ready.fetched, "gone": len(ready.gone), **outcomes(saved)}


def outcomes(saved: Iterable[SavedMessage]) -> dict[str, int]:
    """Count what became of messages, by the names of `RunCounts`."""
    names = {
        Saved.STORED: "stored",
        Saved.DUPLICATE: "duplicates",
        Saved.SET_ASIDE: "set_aside",
        Saved.TOO_LARGE: "too_large",
    }
    counted = dict.fromkeys(names.values(), 0)
    for item in saved:
        if item.outcome in names:
            counted[names[item.outcome]] += 1
    return counted


def _retrieved(fetched: Iterator[Fetched], skipped: list[NotRetrieved]) -> Iterator[RawMessage]:
    for item in fetched:
        if isinstance(item, NotRetrieved):
            skipped.append(item)
        else:
            yield item


def _still_listed(mailbox: Mailbox, status: FolderStatus, uids: Sequence[int]) -> tuple[int, ...]:
    """Look anew which messages the folder lists: a session may be shown those that were expunged while it fetched."""
    if mailbox.examine(status.folder).uidvalidity != status.uidvalidity:
        raise FolderRebuilt(status.folder)
    return tuple(mailbox.sizes(status, uids))


def _held_back(account: str, status: FolderStatus, uid: int) -> NotRetrieved:
    return NotRetrieved(
        account=account,
        folder=status.folder,
        uidvalidity=status.uidvalidity,
        uid=uid,
        reason="the server lists it and gives no bytes for it",
    )


def _slots(account: str, status: FolderStatus, uids: Collection[int]) -> tuple[Slot, ...]:
    return tuple(Slot(account=account, folder=status.folder, uidvalidity=status.uidvalidity, uid=uid) for uid in uids)
