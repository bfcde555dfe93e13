"""What commands do before their work: note that they are asked to end, and make the tables of a new database.

Nothing is imported for it that takes time.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType


def stop_on_signals() -> threading.Event:
    """Give an event that SIGTERM and SIGINT set: work ends after the batch it is at."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    return stop


def upgrade_when_new(url: str, meanwhile: Callable[[], None] | None = None) -> None:
    """Make the tables of a database that has none; one that has some is left to `statshop upgrade`.

    `meanwhile` is begun before, where there are none: something that goes on beside it.
    """
    from storage.engine import current_revision, open_store

    with open_store(url, check_schema=False) as store:
        empty = not current_revision(store)
    if empty:
        if meanwhile is not None:
            meanwhile()
        from storage.upgrade import upgrade  # Alembic is a fifth of a start, and needed once

        upgrade(url)
