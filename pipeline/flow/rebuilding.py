"""Everything that can be made again, made again: from raw bytes, today's program and what people decided."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from pipeline.flow.ingest import record_of
from pipeline.flow.reader import Reader
from pipeline.flow.readings import Reading
from pipeline.flow.stored import by_hand_among
from pipeline.mail.identity import quoting_of
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import held_bytes
from storage.rebuilding import received_as
from storage.records import NewMessage
from storage.stretches import accounts_in, keep_made_again
from storage.works import stretch_of


def rebuild_stretch(
    store: Store, reader: Reader, work: int, number: int, now: datetime, *, left: Collection[str] = ()
) -> bool:
    """Read the messages of a stretch again whose bytes are held, and put what comes of it in place.

    One that cannot be read today, or whose bytes are damaged, stays as it is and is named; one that was filed by hand
    because it never could be read is only counted, and so is what came by an account that is `left`. False when the
    stretch was done before.
    """
    stretch = stretch_of(store, work, number)
    if stretch is None:
        return False
    made: list[tuple[int, NewMessage]] = []
    unread, numbers, damaged = list[int](), list[int](), list[int]()
    there = accounts_in(store, stretch.what)
    accounts = {one: account for one, account in there.items() if account not in left}
    held = _held(store, accounts, numbers, damaged)
    for place, (raw, outcome) in enumerate(reader.read(held, now)):
        record = record_of(raw, outcome, now) if isinstance(outcome, Reading) else None
        if isinstance(record, NewMessage):
            made.append((numbers[place], replace(record, raw=b"")))  # they stay as they are: no need to hold them
        else:
            unread.append(numbers[place])
    by_hand = by_hand_among(store, unread)
    faults = [f"message {one} is damaged and stayed as it was: statshop verify" for one in damaged]
    faults += [f"message {one} cannot be read today and stayed as it was" for one in unread if one not in by_hand]
    also = {"by_hand": len(by_hand), "left": len(there) - len(accounts)}
    return keep_made_again(store, work, stretch, made, faults=faults, also=also, now=now)


def _held(store: Store, accounts: Mapping[int, str], numbers: list[int], damaged: list[int]) -> Iterator[RawMessage]:
    """Give the messages as they were received; `numbers` learns which they are, `damaged` which cannot be given.

    Where retention has removed the bytes of one, its coded record stands in its place.
    """
    received = received_as(store, accounts)
    for held in held_bytes(store, accounts, damaged):
        numbers.append(held.id)
        place = received[held.id].slot
        yield RawMessage(
            origin=Origin(received[held.id].origin),
            account=accounts[held.id],
            folder=place.folder,
            uidvalidity=place.uidvalidity,
            uid=place.uid,
            raw=held.raw,
            internal_date=received[held.id].internal_date,
            mbox=quoting_of(held.raw, held.mail_sha256),
        )
