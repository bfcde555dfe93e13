"""The names of archive files, which may tell who wrote what lay in them: found by an address, and taken away.

A file's name goes with the last of its messages, and at once where it names a person who is erased.
"""

import re
import secrets
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlmodel import Session

from storage import models as m
from storage.addresses import folded, may_hold, naming
from storage.sql import in_chunks
from storage.tombstones import NEVER_AGAIN

CHUNK = 200
NAMELESS = "erased"  # begins what stands for a name
_ENDING = re.compile(r"\.(?:eml|msg|mbx|mbox\w*)$")  # of ann@example.org.eml: no part of an address
_TEXT = "text"  # the part of a message that holds its words (storage.forgetting.Part)


def archives_naming(session: Session, forms: Collection[str]) -> tuple[tuple[int, str], ...]:
    """Give number and name of each archive file whose name names one of the forms of an address."""
    named, place = naming(forms), m.folder.c
    some = select(place.id, place.name).where(_is_archive(), may_hold((place.name,), forms)).order_by(place.name)
    found = session.connection().execute(some).all()
    return tuple((number, name) for number, name in found if named.search(_ENDING.sub("", folded(name))))


def forget_archives_of(session: Session, message_ids: Collection[int], set_aside_ids: Collection[int] = ()) -> None:
    """Take the names of the files in which these lay and of which nothing else is left."""
    slot = m.slot.c
    for column, ids in ((slot.message_id, message_ids), (slot.set_aside_id, set_aside_ids)):
        for chunk in in_chunks(sorted(ids), CHUNK):
            lay_in = select(slot.folder_id).where(column.in_(chunk)).distinct()
            emptied = select(m.folder.c.id).where(m.folder.c.id.in_(lay_in), _is_archive(), ~_holds_something())
            forget_archives(session, session.connection().execute(emptied).scalars().all())


def forget_archives(session: Session, folder_ids: Collection[int]) -> None:
    """Give archive files names that say nothing."""
    for number in folder_ids:
        name = {"name": f"{NAMELESS} {secrets.token_hex(6)}"}
        session.connection().execute(update(m.folder).where(m.folder.c.id == number).values(name))


def _is_archive() -> ColumnElement[bool]:
    """Select what is no folder of a server: no poll has read it, and its places are numbered without UIDVALIDITY."""
    place, slot = m.folder.c, m.slot.c
    return and_(place.uidvalidity.is_(None), exists().where(slot.folder_id == place.id, slot.uidvalidity == 0))


def _holds_something() -> ColumnElement[bool]:
    """Select the files of which a message, or one set aside, still says what it says."""
    place, slot, row, aside = m.folder.c, m.slot.c, m.message.c, m.set_aside.c
    taken = select(m.forgotten.c.message_id).where(m.forgotten.c.part == _TEXT)
    erased = select(aside.id).where(aside.tries >= NEVER_AGAIN)
    return or_(
        exists().where(slot.folder_id == place.id, slot.message_id.is_not(None), slot.message_id.not_in(taken)),
        exists().where(slot.folder_id == place.id, slot.set_aside_id.is_not(None), slot.set_aside_id.not_in(erased)),
        exists().where(row.folder_id == place.id, row.id.not_in(taken)),
    )
