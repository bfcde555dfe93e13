"""One batch of a folder fetched, read and kept in one transaction; what did not come is accounted for as well."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from pipeline.flow.ingest import not_retrieved, record_of, too_large
from pipeline.flow.plan import Batch
from pipeline.flow.reader import Reader
from pipeline.mail.errors import FolderRebuilt
from pipeline.mail.mailbox import Fetched, FolderStatus, Mailbox, NotRetrieved
from pipeline.mail.message import RawMessage
from storage.engine import Store
from storage.messages import save_batch
from storage.records import FolderState, NewMessage, NewSetAside, Saved, SavedMessage, Slot


def file_batch(
    store: Store,
    reader: Reader,
    mailbox: Mailbox,
    status: FolderStatus,
    batch: Batch,
    *,
    cursor: FolderState | None,
    now: datetime,
    max_tries: int,
) -> dict[str, int]:
    """Fetch, read and keep a batch, and move the cursor where one is given; count by the names of `RunCounts`.

    A message that does not come is looked for once more: one that the server still lists is set aside, to be asked for
    again; one that is gone is written down for the ledger (F9). `max_tries` are counted of what cannot be read (F20).
    """
    account = batch.cursor.account
    skipped: list[NotRetrieved] = []
    raws = _retrieved(mailbox.fetch(status, batch.uids), skipped)
    items: list[NewMessage | NewSetAside] = [record_of(raw, outcome, now) for raw, outcome in reader.read(raws, now)]
    came = {item.slot.uid for item in items} | {item.uid for item in skipped}
    absent = [uid for uid in batch.uids if uid not in came]
    held_back = _still_listed(mailbox, status, absent) if absent else ()
    skipped += [_held_back(account, status, uid) for uid in held_back]
    gone = [uid for uid in absent if uid not in held_back]
    items += [not_retrieved(item, now) for item in skipped]
    fetched = len(items)
    items += [too_large(batch.cursor, large, now) for large in batch.too_large]
    saved = save_batch(store, items, cursor, now=now, max_tries=max_tries, unread=_slots(account, status, gone))
    return {"fetched": fetched, "gone": len(gone), **outcomes(saved)}


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
