"""An SQLite file on a disk that is mounted read-only: it can be looked at there, and nothing can be kept.

SQLite makes two files beside one in WAL mode, also to read it, and does without where it is told that the file is
immutable (sqlite.org/wal.html, 11). That is believed of a read-only disk alone, and where no log lies beside the file:
a log may hold what was written last.
"""

import os
import sqlite3
from pathlib import Path


def lies_read_only(file: Path) -> bool:
    """Say whether a file lies on a disk that is mounted read-only."""
    try:
        return bool(os.statvfs(file).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def is_immutable(file: Path) -> bool:
    """Say whether a file can be read as it is: nobody writes it, and no log lies beside it that belongs to it.

    Where the disk is read-only here alone, as in a container, a writer elsewhere shows by its log and index.
    """
    return file.is_file() and lies_read_only(file) and not _is_written(file)


def logs_beside(file: Path) -> tuple[Path, ...]:
    """Name the files beside a database that may hold what is not yet in it."""
    return tuple(file.with_name(file.name + ending) for ending in ("-wal", "-journal"))


def connect_immutable(file: Path) -> sqlite3.Connection:
    """Open a file that nobody writes; as threads share the connections of a pool."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False)


def _is_written(file: Path) -> bool:
    log, index = (file.with_name(file.name + ending) for ending in ("-wal", "-shm"))
    return (log.exists() and index.exists()) or any(one.exists() and one.stat().st_size for one in logs_beside(file))
