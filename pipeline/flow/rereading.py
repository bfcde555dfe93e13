"""What an import could not read, and of which no bytes are held: read again from the file that it lies in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.flow.importing import fresh_items
from pipeline.flow.ingest import not_retrieved, record_of
from pipeline.flow.reader import Reader
from pipeline.mail.archive import ArchiveFile, Kind, Survey, cut, doubts_told, file_at, open_part, warnings_of
from pipeline.mail.errors import ArchiveUnreadable, NotAlone, NotAnArchive
from pipeline.mail.mailbox import MEGABYTE, Fetched, NotRetrieved
from pipeline.mail.message import Origin
from storage.engine import Store
from storage.messages import save_batch
from storage.records import SetAside
from storage.setaside import set_aside_one
from storage.stretches import SIZE

_AT_ONCE = 20 * MEGABYTE  # of an mbox: more takes longer than somebody waits for a page


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """How an item stands after it was tried again; `others` counts the messages that were filed with it."""

    item: SetAside
    others: int = 0
    warnings: tuple[str, ...] = ()


def reread(store: Store, reader: Reader, item: SetAside, now: datetime) -> Reread:
    """Read a file of an archive again from its place. Raises ArchiveError.

    It may be an mbox, which nobody knew: then all its messages are filed, and the item itself last of them.
    """
    file, place = file_at(item.slot.folder), item.slot
    if not isinstance(file, ArchiveFile):
        raise NotAnArchive(place.folder, "does not begin as a message or an mbox does")
    own, others, doubts, found = list[Fetched](), 0, 0, Survey(files=(file,))
    for part in cut(file.path, found, SIZE):
        came = list(open_part(replace(part, single=True), account=place.account))
        rest = [one for one in came if one.uid != place.uid]
        save_batch(store, fresh_items(store, reader, rest, now), None, now=now)
        own += [one for one in came if one.uid == place.uid]
        others, doubts = others + len(rest), doubts + part.doubts
    if not own:
        raise ArchiveUnreadable(place.folder, f"no message begins at its byte {place.uid} any more")
    _save(store, reader, own, now)
    told = (*warnings_of(found), *doubts_told(file.path, doubts))
    return Reread(item=set_aside_one(store, item.id), others=others, warnings=told)


def is_long_work(item: SetAside) -> bool:
    """Say whether reading an item again means reading an mbox of more than 20 MB. Raises ArchiveError."""
    file = file_at(item.slot.folder)
    return isinstance(file, ArchiveFile) and file.kind is Kind.MBOX and file.path.stat().st_size > _AT_ONCE


def file_alone(item: SetAside) -> Path:
    """Give the file that holds an item and nothing else; raises NotAlone of an mbox, ArchiveUnreadable."""
    file = file_at(item.slot.folder)
    if item.slot.uid != 1 or (isinstance(file, ArchiveFile) and file.kind is Kind.MBOX):
        raise NotAlone(item.slot.folder, item.slot.uid)
    return file.path if isinstance(file, ArchiveFile) else file


def _save(store: Store, reader: Reader, own: Sequence[Fetched], now: datetime) -> None:
    """File the item itself, also where its mail is held already: then it waits no longer."""
    unread = [not_retrieved(one, now, origin=Origin.ARCHIVE) for one in own if isinstance(one, NotRetrieved)]
    raws = [one for one in own if not isinstance(one, NotRetrieved)]
    records = [record_of(raw, outcome, now) for raw, outcome in reader.read(raws, now)]
    save_batch(store, [*unread, *records], None, now=now)
