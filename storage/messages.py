"""For ingest: the cursor, messages with their verdicts, and what could not be read, kept in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlmodel import Session

from storage import models as m
from storage.archive_names import NAMELESS
from storage.columns import packed
from storage.draw import draw_of
from storage.engine import Store
from storage.errors import NoSuchMessage, RawGone
from storage.export import export_rows
from storage.ledger import note_unread
from storage.records import FolderState, HeldBytes, NewMessage, NewSetAside, Saved, SavedMessage, Slot
from storage.retag import save_verdict
from storage.saving import Saving, folder_id
from storage.setaside import release_set_aside, retry_due, set_aside_list, set_aside_raw
from storage.soundness import sound_bytes
from storage.sql import in_chunks
from storage.text import clean
from storage.tombstones import Standing, Tombstones

__all__ = [
    "MAX_TRIES",
    "advance",
    "export_rows",
    "folder_state",
    "folder_states",
    "held_bytes",
    "held_slots",
    "known_slots",
    "message_ids",
    "raw_bytes",
    "reasons_of",
    "release_set_aside",
    "retry_due",
    "save_batch",
    "save_message",
    "save_set_aside",
    "save_verdict",
    "set_aside_list",
    "set_aside_raw",
    "stored_uids",
]

PORTION, PORTION_BYTES = 200, 2_000_000  # messages read together, and what they take at most
_ARCHIVE = "archive"  # the origin of a message that was imported
MAX_TRIES = 3  # to read a message, before it is left for a person


def save_batch(
    store: Store,
    items: Sequence[NewMessage | NewSetAside],
    state: FolderState | None,
    *,
    now: datetime,
    max_tries: int = MAX_TRIES,
    unread: Sequence[Slot] = (),
    also: Callable[[Session, tuple[SavedMessage, ...]], None] | None = None,
) -> tuple[SavedMessage, ...]:
    """Keep messages, raw bytes, verdicts, receipts and the cursor together, or nothing of it.

    Give what became of each item, in their order. May be called again with the same items: nothing is stored twice.
    `unread` are the places whose message was gone before its bytes could be had: they are written down for the ledger.
    `also` is done in the same transaction.
    """

    draw = draw_of(store)

    def work(session: Session) -> tuple[SavedMessage, ...]:
        saving = Saving(session, now=now, max_tries=max_tries, draw=draw)
        erased = Tombstones(session, store)  # first: it waits for an erasure that is under way
        stands = [erased.standing_for(item) for item in items]
        saving.look_up([item for item, one in zip(items, stands, strict=True) if one is None])
        if erased.are_none:
            saving.insert_ahead(items)
        saved = tuple(_save(saving, item, one, erased, now) for item, one in zip(items, stands, strict=True))
        saving.finish()
        note_unread(session, unread, now=now)
        if state is not None:
            _move_cursor(session, state)
        if also is not None:
            also(session, saved)
        return saved

    return store.write(work)


def save_message(store: Store, message: NewMessage, *, now: datetime) -> SavedMessage:
    """Keep one message; the cursor stays where it is."""
    return save_batch(store, (message,), None, now=now)[0]


def save_set_aside(store: Store, item: NewSetAside, *, now: datetime, max_tries: int = MAX_TRIES) -> Saved:
    """Keep what could not be read, whole, and count the try; beyond `max_tries` it waits for a person."""
    return save_batch(store, (item,), None, now=now, max_tries=max_tries)[0].outcome


def advance(store: Store, state: FolderState) -> None:
    """Move the cursor of a folder; under the same UIDVALIDITY it never goes back."""
    store.write(lambda session: _move_cursor(session, state))


def folder_state(store: Store, account: str, folder: str) -> FolderState | None:
    """Tell how far a folder has been read; None when it never was."""
    return next((one for one in folder_states(store, account) if one.folder == clean(folder)), None)


def folder_states(store: Store, account: str) -> tuple[FolderState, ...]:
    """Tell how far each folder of an account has been read."""
    row = m.folder.c
    read = select(row.name, row.uidvalidity, row.last_uid).where(row.account == account, row.uidvalidity.is_not(None))
    with store.reading() as session:
        return tuple(
            FolderState(account=account, folder=name, uidvalidity=uidvalidity, last_uid=last_uid)
            for name, uidvalidity, last_uid in session.connection().execute(read.order_by(row.name))
        )


def known_slots(store: Store, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> frozenset[int]:
    """Give those of `uids` whose slot is recorded: stored, a duplicate, or set aside."""
    return _among(store, _slots_of(account, folder, uidvalidity), uids)


def held_slots(store: Store, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> frozenset[int]:
    """Give those of `uids` whose mail is held: not what was too large, or what the server did not hand over."""
    unread = select(m.set_aside.c.id).where(m.set_aside.c.mail_sha256.is_(None))
    with_bytes = m.slot.c.message_id.is_not(None) | m.slot.c.set_aside_id.not_in(unread)
    return _among(store, _slots_of(account, folder, uidvalidity).where(with_bytes), uids)


def _among(store: Store, slots: Select[Any], uids: Iterable[int]) -> frozenset[int]:
    found: set[int] = set()
    with store.reading() as session:
        for chunk in in_chunks(sorted(set(uids)), 1000):
            here = slots.where(m.slot.c.uid.between(chunk[0], chunk[-1]))
            found |= set(session.connection().execute(here).scalars()) & set(chunk)
    return frozenset(found)


def stored_uids(store: Store, account: str, folder: str, uidvalidity: int) -> Iterator[int]:
    """Give every UID of a folder whose slot is recorded, ascending: what a reconciliation compares with the server."""
    after = -1
    while True:
        with store.reading() as session:
            held = _slots_of(account, folder, uidvalidity).where(m.slot.c.uid > after)
            uids = session.connection().execute(held.order_by(m.slot.c.uid).limit(10_000)).scalars().all()
        if not uids:
            return
        yield from uids
        after = uids[-1]


def raw_bytes(store: Store, message_id: int) -> bytes:
    """Give a message exactly as it was received; raise RawGone when retention has removed it."""
    raw, message = m.message_raw.c, m.message.c
    with store.reading() as session:
        body: bytes | None = session.connection().execute(select(raw.body).where(raw.message_id == message_id)).scalar()
        if body is not None:
            return body
        known = session.connection().execute(select(message.id).where(message.id == message_id)).scalar()
    raise NoSuchMessage(message_id) if known is None else RawGone(message_id)


def held_bytes(store: Store, ids: Iterable[int], damaged: list[int] | None = None) -> Iterator[HeldBytes]:
    """Give messages exactly as they were received, in the order of their numbers given; those not held are left out.

    So are those whose bytes are no longer what they were: `damaged` learns which. They are read some at a time, few
    where they are large.
    """
    row, raw = m.message.c, m.message_raw.c
    columns = (row.id, packed(raw.body), row.raw_sha256, row.mail_sha256)
    wanted = select(*columns).join_from(m.message, m.message_raw, row.id == raw.message_id)
    for some in in_chunks(ids, PORTION):
        for few in _few_bytes(_sizes(store, some)):
            with store.reading() as session:
                found = {one.id: one for one in session.connection().execute(wanted.where(row.id.in_(few)))}
            for number, body, raw_sha256, mail_sha256 in (found[number] for number in few if number in found):
                content = sound_bytes(body, raw_sha256)
                if content is not None:
                    yield HeldBytes(id=number, raw=content, mail_sha256=mail_sha256)
                elif damaged is not None:
                    damaged.append(number)


def _sizes(store: Store, ids: Sequence[int]) -> list[tuple[int, int]]:
    row = m.message.c
    with store.reading() as session:
        known = dict(session.connection().execute(select(row.id, row.size).where(row.id.in_(ids))).all())
    return [(number, known[number]) for number in ids if number in known]


def _few_bytes(sizes: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Put numbers together whose messages take less than PORTION_BYTES; a larger one stands alone. Pure."""
    some, total = list[int](), 0
    for number, size in sizes:
        if some and total + size > PORTION_BYTES:
            yield some
            some, total = [], 0
        some.append(number)
        total += size
    if some:
        yield some


def message_ids(store: Store, *, after: int = 0, limit: int = 1000) -> tuple[int, ...]:
    """Give the numbers of stored messages above `after`, ascending: for work over all of them in parts."""
    row = m.message.c
    some = select(row.id).where(row.id > after).order_by(row.id).limit(limit)
    with store.reading() as session:
        return tuple(session.connection().execute(some).scalars())


def reasons_of(store: Store, numbers: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Give why a person must look at messages, by their numbers."""
    row = m.message.c
    wanted = select(row.id, row.reasons).where(row.id.in_(numbers))
    with store.reading() as session:
        return {number: tuple(reasons) for number, reasons in session.connection().execute(wanted)}


def _save(
    saving: Saving, item: NewMessage | NewSetAside, stands: Standing | None, erased: Tombstones, now: datetime
) -> SavedMessage:
    if stands is None:
        return saving.message(item) if isinstance(item, NewMessage) else saving.set_aside(item)
    if item.origin == _ARCHIVE:  # what its file is called may name the writer: no place is written down
        if stands.is_missing:
            stands = erased.stand_in(item, saving.folder_id(item.slot.account, NAMELESS), now)
        return SavedMessage(outcome=Saved.KNOWN, message_id=stands.message_id)
    if stands.is_missing:
        stands = erased.stand_in(item, saving.folder_id(item.slot.account, item.slot.folder), now)
    return saving.erased(item, message_id=stands.message_id, set_aside_id=stands.set_aside_id)


def _move_cursor(session: Session, state: FolderState) -> None:
    row = m.folder.c
    here = row.id == folder_id(session, clean(state.account), clean(state.folder))
    ahead = (row.uidvalidity.is_(None)) | (row.uidvalidity != state.uidvalidity) | (row.last_uid < state.last_uid)
    moved = update(m.folder).where(here, ahead).values(uidvalidity=state.uidvalidity, last_uid=state.last_uid)
    session.connection().execute(moved)


def _slots_of(account: str, folder: str, uidvalidity: int) -> Select[Any]:
    joined = m.slot.join(m.folder, m.slot.c.folder_id == m.folder.c.id)
    return (
        select(m.slot.c.uid)
        .select_from(joined)
        .where(
            m.folder.c.account == account,
            m.folder.c.name == clean(folder),
            m.slot.c.uidvalidity == uidvalidity,
        )
    )
