"""The set-aside pile: what could not be read, kept whole until somebody or a better program can read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlmodel import Session

from storage import models as m
from storage.draw import draw_of
from storage.engine import Store
from storage.errors import NoSuchSetAside, RawGone
from storage.records import NewMessage, SavedMessage, SetAside, Slot
from storage.saving import Saving, mark_released
from storage.tombstones import NEVER_AGAIN, Tombstones


def set_aside_list(store: Store, *, released: bool = False) -> tuple[SetAside, ...]:
    """Give the pile, latest try first; with `released`, also what has become a message since."""
    pile = _pile().order_by(m.set_aside.c.last_tried_at.desc(), m.set_aside.c.id.desc())
    with store.reading() as session:
        rows = session.connection().execute(pile if released else pile.where(still_waits()))
        return tuple(_set_aside(row) for row in rows)


def set_aside_one(store: Store, set_aside_id: int) -> SetAside:
    """Give one item of the pile."""
    with store.reading() as session:
        row = session.connection().execute(_pile().where(m.set_aside.c.id == set_aside_id)).first()
    if row is None:
        raise NoSuchSetAside(set_aside_id)
    return _set_aside(row)


def set_aside_raw(store: Store, set_aside_id: int) -> bytes:
    """Give the bytes of an item as they were received; raise RawGone when it was too large to be fetched."""
    raw = m.set_aside_raw.c
    with store.reading() as session:
        held = select(raw.body).where(raw.set_aside_id == set_aside_id)
        body: bytes | None = session.connection().execute(held).scalar()
    if body is not None:
        return body
    set_aside_one(store, set_aside_id)
    raise RawGone(set_aside_id)


def retry_due(store: Store, account: str, max_tries: int) -> tuple[SetAside, ...]:
    """Give what may be tried again by the program: here with its bytes, and not yet tried `max_tries` times."""
    due = _pile().where(
        still_waits(),
        m.folder.c.account == account,
        m.set_aside.c.too_large.is_(False),
        m.set_aside.c.tries < max_tries,
    )
    with store.reading() as session:
        rows = session.connection().execute(due.order_by(m.set_aside.c.id))
        return tuple(_set_aside(row) for row in rows)


def release_set_aside(store: Store, set_aside_id: int, message: NewMessage, *, now: datetime) -> SavedMessage:
    """Store what an item has become, read again or filed by hand, and link the two. The item stays, released."""

    draw = draw_of(store)

    def work(session: Session) -> SavedMessage:
        known = select(m.set_aside.c.id).where(m.set_aside.c.id == set_aside_id)
        if session.connection().execute(known).scalar() is None:
            raise NoSuchSetAside(set_aside_id)
        if Tombstones(session, store).standing_for(message) is not None:
            raise RawGone(set_aside_id)  # it was erased since it was read
        saving = Saving(session, now=now, max_tries=0, draw=draw)
        saved = saving.message(message)
        saving.finish()
        if saved.message_id is not None:
            mark_released(session, set_aside_id, saved.message_id)
        return saved

    return store.write(work)


def _pile() -> Select[Any]:
    return select(m.set_aside, m.folder.c.account, m.folder.c.name).join(
        m.folder, m.set_aside.c.folder_id == m.folder.c.id
    )


def still_waits() -> ColumnElement[bool]:
    """Select what has become no message yet.

    An item without its mail (too large, or withheld by the server) waits as long as it can be asked for: not when its
    place names another item, since its mail came and was known, nor when the folder has been numbered anew, nor when
    the server has it no more: then the ledger names it as unread. What was erased waits for nobody.
    """
    row, slot, folder = m.set_aside.c, m.slot.c, m.folder.c
    same_numbers = or_(folder.uidvalidity.is_(None), folder.uidvalidity == slot.uidvalidity)
    gone = exists().where(
        m.unread.c.folder_id == slot.folder_id, m.unread.c.uidvalidity == slot.uidvalidity, m.unread.c.uid == slot.uid
    )
    can_be_asked_for = exists().where(slot.set_aside_id == row.id, folder.id == slot.folder_id, same_numbers, ~gone)
    waits = and_(row.released_as.is_(None), row.tries < NEVER_AGAIN)
    return and_(waits, or_(row.mail_sha256.is_not(None), can_be_asked_for))


def _set_aside(row: Row[Any]) -> SetAside:
    return SetAside(
        id=row.id,
        slot=Slot(account=row.account, folder=row.name, uidvalidity=row.uidvalidity, uid=row.uid),
        error=row.error,
        tries=row.tries,
        size=row.size,
        too_large=row.too_large,
        arrived_at=row.arrived_at,
        first_tried_at=row.first_tried_at,
        last_tried_at=row.last_tried_at,
        raw_sha256=row.raw_sha256,
        released_as=row.released_as,
        origin=row.origin,
        arrived_source=row.arrived_source,
        holds_mail=row.mail_sha256 is not None,
        mail_sha256=row.mail_sha256 or "",
    )
