"""For which messages a reply was put among the mailbox's drafts: each once, whatever happens."""

from datetime import datetime

from sqlalchemy import delete, select, update

from storage import models as m
from storage.engine import Store
from storage.sql import insert_once


def begin_reply(store: Store, message_id: int, *, now: datetime) -> bool:
    """Take a reply in hand; False when it was begun before, by whatever process."""
    row = {"message_id": message_id, "begun_at": now}
    begun = store.write(lambda session: insert_once(session, m.drafted_reply, row, m.drafted_reply.c.message_id))
    return begun is not None


def end_reply(store: Store, message_id: int, *, now: datetime) -> None:
    """Note that it lies among the drafts."""
    saved = update(m.drafted_reply).where(m.drafted_reply.c.message_id == message_id).values(saved_at=now)
    store.write(lambda session: session.connection().execute(saved))


def drop_reply(store: Store, message_id: int) -> None:
    """Let go of a reply that surely was not saved: it can be begun anew."""
    row = m.drafted_reply.c
    undone = delete(m.drafted_reply).where(row.message_id == message_id, row.saved_at.is_(None))
    store.write(lambda session: session.connection().execute(undone))


def drafted_replies(store: Store) -> frozenset[int]:
    """Give the messages to which a reply was begun."""
    with store.reading() as session:
        return frozenset(session.connection().execute(select(m.drafted_reply.c.message_id)).scalars())
