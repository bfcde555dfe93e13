"""For the web page: the queue, one message, what people decide about it, and who looked at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import models as m
from storage.decisions import allow_quotes, confirm_many, decide, flag, undo, undone_together
from storage.engine import Store
from storage.loading import stored_message
from storage.queue import counts, next_in, queue, rows_of, thread
from storage.records import Look, StoredMessage
from storage.sql import insert_all

__all__ = [
    "allow_quotes",
    "confirm_many",
    "counts",
    "decide",
    "flag",
    "looks",
    "message",
    "next_in",
    "places",
    "queue",
    "record_look",
    "record_looks",
    "rows_of",
    "thread",
    "undo",
    "undone_together",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A folder of a mailbox."""

    account: str
    folder: str


def message(store: Store, message_id: int) -> StoredMessage:
    """Give one message whole, without its raw bytes; raise NoSuchMessage."""
    with store.reading() as session:
        return stored_message(session, message_id)


def places(store: Store) -> tuple[Place, ...]:
    """Give every mailbox and folder that a message was ever found in, by name."""
    row = m.folder.c
    with store.reading() as session:
        found = session.connection().execute(select(row.account, row.name).order_by(row.account, row.name))
        return tuple(Place(account=one.account, folder=one.name) for one in found)


def record_look(store: Store, message_id: int, *, who: str, what: str, now: datetime) -> None:
    """Write down that somebody looked at `what` ("message", "html", "raw", "quotes") of a message."""
    record_looks(store, (message_id,), who=who, what=what, now=now)


def record_looks(store: Store, message_ids: Collection[int], *, who: str, what: str, now: datetime) -> None:
    """Write down that somebody looked at `what` of several messages; a store that takes no more may still be read."""
    looked = [{"message_id": one, "who": who, "what": what, "at": now} for one in message_ids]
    store.note(lambda session: insert_all(session, m.look, looked))


def looks(store: Store, message_id: int) -> tuple[Look, ...]:
    """Give who looked at a message, oldest first."""
    row = m.look.c
    seen = select(row.message_id, row.who, row.what, row.at).where(row.message_id == message_id).order_by(row.id)
    with store.reading() as session:
        found = session.connection().execute(seen).all()
    return tuple(Look(message_id=one.message_id, who=one.who, what=one.what, at=one.at) for one in found)
