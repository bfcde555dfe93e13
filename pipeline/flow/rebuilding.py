"""Everything that can be made again, made again: from raw bytes, today's program and what people decided."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from pipeline.flow.ingest import record_of
from pipeline.flow.reader import Reader
from pipeline.flow.readings import Reading
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import held_bytes
from storage.rebuilding import received_as
from storage.records import NewMessage
from storage.stretches import accounts_in, keep_made_again
from storage.works import stretch_of


def rebuild_stretch(store: Store, reader: Reader, work: int, number: int, now: datetime) -> bool:
    """Read the messages of a stretch again whose bytes are held, and put what comes of it in place.

    One that cannot be read today stays as it is and is named. False when the stretch was done before.
    """
    stretch = stretch_of(store, work, number)
    if stretch is None:
        return False
    made: list[tuple[int, NewMessage]] = []
    faults: list[str] = []
    numbers: list[int] = []
    held = _held(store, accounts_in(store, stretch.what), numbers)
    for place, (raw, outcome) in enumerate(reader.read(held, now)):
        record = record_of(raw, outcome, now) if isinstance(outcome, Reading) else None
        if isinstance(record, NewMessage):
            made.append((numbers[place], replace(record, raw=b"")))  # they stay as they are: no need to hold them
        else:
            faults.append(f"message {numbers[place]} cannot be read today and stays as it was")
    return keep_made_again(store, work, stretch, made, faults=faults, now=now)


def _held(store: Store, accounts: Mapping[int, str], numbers: list[int]) -> Iterator[RawMessage]:
    """Give the messages as they were received; `numbers` learns which they are.

    Where retention has removed the bytes of one, its coded record stands in its place.
    """
    received = received_as(store, accounts)
    for number, content in held_bytes(store, accounts):
        numbers.append(number)
        place = received[number].slot
        yield RawMessage(
            origin=Origin(received[number].origin),
            account=accounts[number],
            folder=place.folder,
            uidvalidity=place.uidvalidity,
            uid=place.uid,
            raw=content,
            internal_date=received[number].internal_date,
        )
