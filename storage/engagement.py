"""Who may be invited, who does not want to be, and which issues were sent to whom."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from storage import models as m
from storage.addresses import folded, forms_of, may_hold
from storage.engine import Store
from storage.records import Delivery, WhoWrote
from storage.senders import sender_key, sender_secret
from storage.sql import in_chunks, insert_once

CHUNK = 500


def who_wrote(store: Store, message_ids: Iterable[int]) -> dict[int, WhoWrote]:
    """Give name and address of the user behind each message; the name is "" where another forwarded it for them."""
    row, found = m.message.c, dict[int, WhoWrote]()
    with store.snapshot() as session:
        for chunk in in_chunks(message_ids, CHUNK):
            wanted = select(row.id, row.sender_name, row.sender_address, row.user_address).where(row.id.in_(chunk))
            for one in session.connection().execute(wanted):
                own = one.user_address.casefold() in ("", one.sender_address.casefold())
                address = one.user_address or one.sender_address
                found[one.id] = WhoWrote(name=one.sender_name if own else "", address=address)
    return found


def opt_out(store: Store, address: str, *, who: str, now: datetime) -> bool:
    """Take down that somebody does not want to be invited; False when it was known. Only a key is kept."""
    row = {"sender_key": sender_key(address, sender_secret(store)), "at": now, "who": who}
    return store.write(lambda session: insert_once(session, m.opt_out, row, m.opt_out.c.sender_key)) is not None


def opt_in(store: Store, address: str) -> bool:
    """Take down that somebody wants to be invited after all; False when nothing stood against it."""
    theirs = m.opt_out.c.sender_key == sender_key(address, sender_secret(store))
    return bool(store.write(lambda session: session.connection().execute(delete(m.opt_out).where(theirs)).rowcount))


def has_written(store: Store, address: str) -> bool:
    """Say whether a message is held that somebody wrote from an address, upper and lower case alike."""
    row, forms = m.message.c, forms_of(address)
    columns = (row.sender_address, row.user_address)
    some = select(*columns).where(may_hold(columns, forms, whole=True))
    with store.reading() as session:
        found = session.connection().execute(some.distinct()).all()
    return any(folded(one) in forms for both in found for one in both)


def opt_outs(store: Store) -> frozenset[str]:
    """Give the keys of all who do not want to be invited."""
    with store.reading() as session:
        return frozenset(session.connection().execute(select(m.opt_out.c.sender_key)).scalars())


def begin_delivery(store: Store, issue_id: int, way: str, recipient: str, *, now: datetime) -> bool:
    """Take a delivery in hand; False when it was begun before, by whatever process."""
    row = {"issue_id": issue_id, "way": way, "recipient": recipient, "begun_at": now}
    return store.write(lambda session: insert_once(session, m.delivery, row, m.delivery.c.id)) is not None


def end_delivery(store: Store, issue_id: int, way: str, recipient: str, *, now: datetime) -> None:
    """Note that it was sent."""
    sent = update(m.delivery).where(_this(issue_id, way, recipient)).values(sent_at=now)
    store.write(lambda session: session.connection().execute(sent))


def drop_delivery(store: Store, issue_id: int, way: str, recipient: str) -> None:
    """Let go of a delivery that surely was not made: it can be begun anew."""
    undone = delete(m.delivery).where(_this(issue_id, way, recipient), m.delivery.c.sent_at.is_(None))
    store.write(lambda session: session.connection().execute(undone))


def deliveries(store: Store, issue_id: int) -> tuple[Delivery, ...]:
    """Give the deliveries of an issue; `sent_at` is None for one that is under way or broke off."""
    row = m.delivery.c
    theirs = select(row.way, row.recipient, row.begun_at, row.sent_at).where(row.issue_id == issue_id).order_by(row.id)
    with store.reading() as session:
        found = session.connection().execute(theirs)
        return tuple(
            Delivery(way=one.way, recipient=one.recipient, begun_at=one.begun_at, sent_at=one.sent_at) for one in found
        )


def _this(issue_id: int, way: str, recipient: str) -> ColumnElement[bool]:
    row = m.delivery.c
    return (row.issue_id == issue_id) & (row.way == way) & (row.recipient == recipient)
