"""Everything that can be made again, made again: from raw bytes, today's program and what people decided."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.flow.ingest import record_of
from pipeline.flow.reader import Reader
from pipeline.flow.reading import Reading
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.errors import RawGone
from storage.messages import raw_bytes
from storage.rebuilding import raw_ids, rebuild_message, received_as
from storage.records import NewMessage

PORTION = 200  # ids asked of the store at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """What a rebuilding did: messages made again, verdicts that changed by it, messages that cannot be read today."""

    done: int = 0
    changed: int = 0
    unreadable: tuple[int, ...] = ()


def rebuild(
    store: Store, reader: Reader, clock: Callable[[], datetime], stop: threading.Event, told: Callable[[int], None]
) -> Rebuilt:
    """Read every message again whose bytes are held, and put what comes of it in place; a broken one stays as it is."""
    numbers: list[int] = []
    done = changed = 0
    unreadable: list[int] = []
    now = clock()
    for place, (raw, outcome) in enumerate(reader.read(_held(store, stop, numbers), now)):
        record = record_of(raw, outcome, now) if isinstance(outcome, Reading) else None
        if isinstance(record, NewMessage):
            changed += rebuild_message(store, numbers[place], record, now=now)
            done += 1
        else:
            unreadable.append(numbers[place])
        told(place + 1)
    return Rebuilt(done=done, changed=changed, unreadable=tuple(unreadable))


def _held(store: Store, stop: threading.Event, numbers: list[int]) -> Iterator[RawMessage]:
    """Give the messages as they were received; `numbers` learns which they are."""
    last = 0
    while not stop.is_set() and (ids := raw_ids(store, after=last, limit=PORTION)):
        for number in ids:
            try:
                content = raw_bytes(store, number)
            except RawGone:  # erased a moment ago
                continue
            slot, origin, dated = received_as(store, number)
            numbers.append(number)
            yield RawMessage(
                origin=Origin(origin),
                account=slot.account,
                folder=slot.folder,
                uidvalidity=slot.uidvalidity,
                uid=slot.uid,
                raw=content,
                internal_date=dated,
            )
        last = ids[-1]
