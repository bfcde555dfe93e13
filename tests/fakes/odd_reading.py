"""A worker that does what its message says: hang, take memory, die, be ended, fail, or read."""

import os
import resource
import signal
import time
from datetime import datetime

from pipeline.flow.reading import Reading, ReadingContext, Unread
from pipeline.mail.message import RawMessage

MEGABYTE = 1024 * 1024


def prepare(context: ReadingContext, megabytes: int) -> None:
    """Limit the address space, load nothing."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))


def prepare_while(context: ReadingContext, megabytes: int) -> None:
    """Fail to begin where a folder is gone."""
    assert context.rules_folder is not None
    context.rules_folder.stat()


def read(raw: RawMessage, now: datetime) -> Reading | Unread:
    """Behave as the bytes say; what is read well comes back as its own text and the worker's number."""
    if raw.raw == b"hang":
        time.sleep(60)
    if raw.raw == b"grow":
        len(bytearray(4096 * MEGABYTE))
    if raw.raw == b"die":
        os.kill(os.getpid(), 9)
    if raw.raw == b"end":
        os.kill(os.getpid(), signal.SIGTERM)
    if raw.raw == b"fail":
        raise KeyError("a fault of ours")
    return Unread(reason=f"{raw.raw.decode()} {os.getpid()}")
