"""A person in the database: found by an address, and erased so that no count changes and their mail stays away."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import StorageError
from storage.forgetting import Part, Why, forget, overwrite_deleted, sweep
from storage.senders import sender_secret
from storage.sql import in_chunks, insert_once
from storage.tombstones import digests_of, known_key, made_key

CHUNK = 200
_ERASED = "erased "  # begins what stands for a digest of the mail
NEVER_AGAIN = 1_000_000  # tries: what was erased is not tried again
ERASED = "It was erased at its writer's request."


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Where a person is: messages they wrote, messages to them, messages of others that name them, and set aside."""

    written: tuple[int, ...] = ()
    received: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    set_aside: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What was erased: messages, with the copies of those asked for, and how many set aside.

    `left` says why deleted words may still lie in the file: "" when it was written anew.
    """

    messages: tuple[int, ...]
    set_aside: int
    left: str = ""


def find_person(store: Store, address: str) -> Found:
    """Find a person by an address, upper and lower case alike, in headers, texts, notes and what is set aside."""
    sought = address.strip().casefold()
    row = m.message.c
    with store.reading() as session:
        written = _ids(session, or_(func.lower(row.sender_address) == sought, func.lower(row.user_address) == sought))
        received = _ids(session, _holds(row.recipients, sought))
        words = (m.search_text.c.sender, m.search_text.c.subject, m.search_text.c.body, m.search_text.c.attachments)
        named = _ids(
            session, row.id.in_(select(m.search_text.c.message_id).where(or_(*(_holds(w, sought) for w in words))))
        )
        noted = select(m.decision.c.message_id).where(
            or_(*(_holds(w, sought) for w in (m.decision.c.note, m.decision.c.statements_after)))
        )
        named += _ids(session, row.id.in_(noted))
        aside = tuple(number for number, body in _set_aside_bodies(session) if sought.encode() in body.lower())
    others = set(received) - set(written)
    return Found(
        written=written,
        received=tuple(sorted(others)),
        named=tuple(sorted(set(named) - set(written) - others)),
        set_aside=aside,
    )


def erase(store: Store, message_ids: Collection[int], set_aside_ids: Collection[int], *, now: datetime) -> Erased:
    """Erase messages: their words, names, bytes and digests. The coded record stays, and stands for the mail.

    Copies of these mails are erased as well. What still lies on the server is known again by its keyed digest. Raise
    ErasureKeyMissing when the key of earlier erasures is gone.
    """
    secret = sender_secret(store)

    def work(session: Session) -> tuple[tuple[int, ...], int]:
        overwrite_deleted(session)
        key = made_key(session, store)
        ids = _with_copies(session, message_ids)
        aside = tuple(set(set_aside_ids) | set(_became(session, ids)))
        row = {"at": now, "messages": len(ids), "set_aside": len(set_aside_ids)}
        erasure_id = insert_once(session, m.erasure, row, m.erasure.c.id)
        _bury_set_aside(session, aside, key, erasure_id)
        _bury_messages(session, ids, key, erasure_id)
        forget(session, ids, tuple(Part), Why.ERASURE, secret=secret, now=now)
        return ids, len(aside)

    messages, aside = store.write(work)
    return Erased(messages=messages, set_aside=aside, left=_swept(store))


def erase_again(store: Store, digests: Collection[str], *, now: datetime) -> int:
    """Erase what a restored backup still holds of mails that were erased since; give how many messages that are."""
    with store.reading() as session:
        key = known_key(session, store)
        messages = _buried(session, m.message, key, digests)
        aside = _buried(session, m.set_aside, key, digests)
    if messages or aside:
        erase(store, messages, aside, now=now)
    return len(messages) + len(aside)


def tombstones(store: Store) -> frozenset[str]:
    """Give the keyed digests of all that was erased."""
    with store.reading() as session:
        return frozenset(session.connection().execute(select(m.tombstone.c.digest)).scalars())


def _swept(store: Store) -> str:
    """Write the file anew; what keeps that from being done is told, and undoes nothing of the erasure."""
    try:
        return "" if sweep(store) else "another program keeps the database open"
    except StorageError as error:
        return str(error)


def _ids(session: Session, condition: ColumnElement[bool]) -> tuple[int, ...]:
    return tuple(
        session.connection().execute(select(m.message.c.id).where(condition).order_by(m.message.c.id)).scalars()
    )


def _holds(column: Any, sought: str) -> ColumnElement[bool]:
    return func.lower(column).contains(sought, autoescape=True)


def _set_aside_bodies(session: Session) -> Iterator[tuple[int, bytes]]:
    raw = m.set_aside_raw.c
    ids = session.connection().execute(select(raw.set_aside_id).order_by(raw.set_aside_id)).scalars().all()
    for number in ids:
        yield number, session.connection().execute(select(raw.body).where(raw.set_aside_id == number)).scalar_one()


def _with_copies(session: Session, message_ids: Collection[int]) -> tuple[int, ...]:
    ids = set(message_ids)
    row = m.message.c
    for chunk in in_chunks(sorted(message_ids), CHUNK):
        ids |= set(session.connection().execute(select(row.id).where(row.probable_copy_of.in_(chunk))).scalars())
    return tuple(sorted(ids))


def _became(session: Session, message_ids: Collection[int]) -> Iterator[int]:
    """Give what was set aside before it became one of these messages."""
    row = m.set_aside.c
    for chunk in in_chunks(sorted(message_ids), CHUNK):
        yield from session.connection().execute(select(row.id).where(row.released_as.in_(chunk))).scalars()


def _bury_messages(session: Session, ids: Collection[int], key: bytes, erasure_id: int) -> None:
    do = session.connection().execute
    for row in _rows(session, m.message, ids):
        if row.mail_sha256.startswith(_ERASED):
            continue
        for digest in digests_of(key, row.mail_sha256, row.copy_key):
            buried = {"digest": digest, "erasure_id": erasure_id, "message_id": row.id}
            insert_once(session, m.tombstone, buried, m.tombstone.c.digest)
        mail = next(digests_of(key, row.mail_sha256))
        nothing = {"mail_sha256": _ERASED + mail, "raw_sha256": "", "copy_key": ""}
        do(update(m.message).where(m.message.c.id == row.id).values(nothing))


def _bury_set_aside(session: Session, ids: Collection[int], key: bytes, erasure_id: int) -> None:
    do = session.connection().execute
    for row in _rows(session, m.set_aside, ids):
        for digest in digests_of(key, row.mail_sha256 or ""):
            buried = {"digest": digest, "erasure_id": erasure_id, "set_aside_id": row.id, "message_id": row.released_as}
            insert_once(session, m.tombstone, buried, m.tombstone.c.digest)
        do(delete(m.set_aside_raw).where(m.set_aside_raw.c.set_aside_id == row.id))
        mail = next(digests_of(key, row.mail_sha256 or ""), str(row.id))
        nothing = {"mail_sha256": _ERASED + mail, "raw_sha256": "", "tries": NEVER_AGAIN, "error": ERASED}
        do(update(m.set_aside).where(m.set_aside.c.id == row.id).values(nothing))


def _rows(session: Session, table: Any, ids: Collection[int]) -> Iterator[Row[Any]]:
    for chunk in in_chunks(sorted(ids), CHUNK):
        yield from session.connection().execute(select(table).where(table.c.id.in_(chunk))).all()


def _buried(session: Session, table: Any, key: bytes, digests: Collection[str]) -> tuple[int, ...]:
    """Give the rows whose mail is among the keyed digests."""
    kinds = (table.c.id, table.c.mail_sha256, *([table.c.copy_key] if "copy_key" in table.c else []))
    rows = session.connection().execute(select(*kinds)).all()
    return tuple(row[0] for row in rows if not set(digests).isdisjoint(digests_of(key, row[1] or "", *row[2:])))
