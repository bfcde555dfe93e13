"""Which mails are held already, by their digests: so that an import need not read them again."""

from collections.abc import Iterable

from sqlalchemy import select

from storage import models as m
from storage.engine import Store
from storage.sql import in_chunks


def held_mails(store: Store, digests: Iterable[str]) -> frozenset[str]:
    """Give those of the `mail_sha256` digests whose mail is stored or set aside."""
    held: set[str] = set()
    with store.reading() as session:
        for chunk in in_chunks(sorted(set(digests)), 500):
            for table in (m.message, m.set_aside):
                found = select(table.c.mail_sha256).where(table.c.mail_sha256.in_(chunk))
                held |= set(session.connection().execute(found).scalars())
    return frozenset(held)
