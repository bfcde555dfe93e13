"""The names of archive files, which may tell who wrote what lay in them: found by an address, and taken away.

A file's name goes with the last of its messages, and at once where it names a person who is erased. It stands in the
archive's place, in what is said of a file that could not be read, and in what an import has still to read.
"""

import re
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, or_, select, update
from sqlmodel import Session

from storage import models as m
from storage.addresses import folded, may_hold, naming_file
from storage.sql import in_chunks
from storage.tombstones import NEVER_AGAIN
from storage.works import end_these

CHUNK = 200
NAMELESS = "erased"  # begins what stands for a name
UNREAD = "It could not be read, and the name of its file was taken away."
_TEXT = "text"  # the part of a message that holds its words (storage.forgetting.Part)


def archives_naming(session: Session, forms: Collection[str]) -> tuple[tuple[int, str], ...]:
    """Give number and name of each archive file that is named after one of the forms of an address."""
    do, named, place, aside = session.connection().execute, naming_file(forms), m.folder.c, m.set_aside.c
    here = select(place.id, place.name, place.name).where(_is_archive(), may_hold((place.name,), forms))
    told = select(place.id, place.name, aside.error).join(m.set_aside, aside.folder_id == place.id)
    said = told.where(_is_archive(), aside.mail_sha256.is_(None), may_hold((aside.error,), forms))
    found = {(number, name) for asked in (here, said) for number, name, words in do(asked) if _names(named, words)}
    return tuple(sorted(found, key=lambda file: file[1]))


def imports_naming(session: Session, forms: Collection[str]) -> tuple[int, ...]:
    """Give the imports that have still to read a file which is named after one of the forms of an address."""
    named, part = naming_file(forms), m.work_part.c
    left = select(part.work_id, part.what).where(part.done_at.is_(None), may_hold((cast(part.what, Text),), forms))
    rows = session.connection().execute(left)
    return tuple(sorted({work for work, what in rows if any(_names(named, words) for words in _files_of(what))}))


def forget_imports(session: Session, work_ids: Collection[int], now: datetime) -> None:
    """End imports before their time, with the names of the files that they had still to read."""
    for chunk in in_chunks(sorted(work_ids), CHUNK):
        end_these(session, m.work.c.id.in_(chunk), now)


def forget_archives_of(session: Session, message_ids: Collection[int], set_aside_ids: Collection[int] = ()) -> None:
    """Take the names of the files in which these lay and of which nothing else is left."""
    slot = m.slot.c
    for column, ids in ((slot.message_id, message_ids), (slot.set_aside_id, set_aside_ids)):
        for chunk in in_chunks(sorted(ids), CHUNK):
            lay_in = select(slot.folder_id).where(column.in_(chunk)).distinct()
            emptied = select(m.folder.c.id).where(m.folder.c.id.in_(lay_in), _is_archive(), ~_holds_something())
            forget_archives(session, session.connection().execute(emptied).scalars().all())


def forget_archives(session: Session, folder_ids: Collection[int]) -> None:
    """Give archive files names that say nothing; one that could not be read is not to be found again."""
    do, aside = session.connection().execute, m.set_aside.c
    for number in folder_ids:
        name = {"name": f"{NAMELESS} {secrets.token_hex(6)}"}
        do(update(m.folder).where(m.folder.c.id == number).values(name))
        unread = (aside.folder_id == number, aside.mail_sha256.is_(None))
        do(update(m.set_aside).where(*unread).values(error=UNREAD, tries=NEVER_AGAIN))


def _names(named: re.Pattern[str], words: str) -> bool:
    return named.search(folded(words)) is not None


def _files_of(what: Any) -> Iterator[str]:
    """Give the names of files in a stretch of an import, as pipeline.mail.archive.parts writes them."""
    for file in what.get("files", ()):
        yield from (words for words in file if isinstance(words, str))


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
