"""Today's rules run over stored mail: new verdicts are kept beside what people decided, never over it."""

import threading
from collections.abc import Callable
from datetime import datetime

from pipeline.flow.ingest import verdict_record
from pipeline.flow.reader import Reader
from pipeline.flow.reading import Reading
from pipeline.flow.stored import stored_messages
from storage.engine import Store
from storage.messages import save_verdict


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
    for raw, outcome in reader.read(stored_messages(store, stop), now):
        if isinstance(outcome, Reading):
            changed += save_verdict(store, raw.uid, verdict_record(outcome.verdict), now=now)
        done += 1
        told(done, changed)
    return done, changed
