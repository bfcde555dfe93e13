"""What is known of the places and mails of a batch before it is saved, asked in a few queries for all of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from storage import models as m
from storage.sql import in_chunks

CHUNK = 500
Place = tuple[int, int, int]  # a slot in the database: folder, UIDVALIDITY, UID


def slots_at(session: Session, places: Sequence[Place]) -> dict[Place, Row[Any] | None]:
    """Give the slots at some places, None where nothing lay yet."""
    found: dict[Place, Row[Any] | None] = dict.fromkeys(places)
    row = m.slot.c
    for (folder, uidvalidity), uids in _by_folder(places).items():
        for some in in_chunks(uids, CHUNK):
            here = select(m.slot).where(row.folder_id == folder, row.uidvalidity == uidvalidity, row.uid.in_(some))
            found |= {(folder, uidvalidity, slot.uid): slot for slot in session.connection().execute(here)}
    return found


def waiting_among(session: Session, mails: Iterable[str]) -> set[str]:
    """Give those of some mails (their `mail_sha256`) of which something is set aside and waits."""
    row, found = m.set_aside.c, set[str]()
    for some in in_chunks(sorted(mails), CHUNK):
        these = select(row.mail_sha256).where(row.released_as.is_(None), row.mail_sha256.in_(some))
        found.update(session.connection().execute(these).scalars())
    return found


def _by_folder(places: Iterable[Place]) -> dict[tuple[int, int], list[int]]:
    sorted_by: dict[tuple[int, int], list[int]] = {}
    for folder, uidvalidity, uid in places:
        sorted_by.setdefault((folder, uidvalidity), []).append(uid)
    return sorted_by
