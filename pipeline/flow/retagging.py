"""Today's rules run over stored mail: new verdicts are kept beside what people decided, never over it."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from pipeline.flow.ingest import verdict_record
from pipeline.flow.reader import Reader
from pipeline.flow.reading import Reading
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import message_ids, raw_bytes, save_verdict

PORTION = 200  # ids asked of the store at a time


def retag(
    store: Store,
    reader: Reader,
    clock: Callable[[], datetime],
    stop: threading.Event,
    told: Callable[[int, int], None],
) -> tuple[int, int]:
    """Read every stored message again and keep what the rules now say; give how many were read, how many changed."""
    done = changed = 0
    now = clock()
    for raw, outcome in reader.read(_stored(store, stop), now):
        if isinstance(outcome, Reading):
            changed += save_verdict(store, raw.uid, verdict_record(outcome.verdict), now=now)
        done += 1
        told(done, changed)
    return done, changed


def _stored(store: Store, stop: threading.Event) -> Iterator[RawMessage]:
    last = 0
    while not stop.is_set():
        ids = message_ids(store, after=last, limit=PORTION)
        if not ids:
            return
        for number in ids:
            content = raw_bytes(store, number)
            yield RawMessage(origin=Origin.ARCHIVE, account="", folder="stored", uidvalidity=0, uid=number, raw=content)
        last = ids[-1]
