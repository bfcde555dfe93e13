"""One at a time for the files of digests: who makes an issue or takes words out of one, keeps the others waiting."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the digests' folder; other threads and processes that ask for it wait.

    The system frees it should the process die (flock, which belongs to the open file, so that threads exclude each
    other too). Whoever holds it must not ask for it again: it would wait for itself. The store is not to be held
    meanwhile by a transaction that the holder may need.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
