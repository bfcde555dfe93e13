"""Senders as keys: equal for equal addresses, with no address in them, and of no use outside this database."""

import secrets
from hashlib import blake2s

from sqlalchemy import select

from storage import models as m
from storage.engine import Store
from storage.sql import insert_once

SENDERS_FACT = "sender secret"  # the name of the fact


def sender_secret(store: Store) -> bytes:
    """Give this database's own secret, made on first use: without it nobody can try addresses against the keys."""
    mine = select(m.fact.c.value).where(m.fact.c.name == SENDERS_FACT)
    with store.reading() as session:
        found = session.connection().execute(mine).scalar()
    if found is None:
        row = {"name": SENDERS_FACT, "value": secrets.token_hex(32)}
        store.write(lambda session: insert_once(session, m.fact, row, m.fact.c.name))
        with store.reading() as session:
            found = session.connection().execute(mine).scalar_one()
    return bytes.fromhex(found)


def sender_key(address: str, secret: bytes) -> str:
    """Give the key of an address, upper and lower case alike; "" for no address."""
    return blake2s(address.strip().casefold().encode(), key=secret, digest_size=12).hexdigest() if address else ""
