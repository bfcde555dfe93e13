"""The border to SQLAlchemy: its errors become ours, and lose what they quote of the data."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import (
    DatabaseDamaged,
    DiskFull,
    DiskReadOnly,
    FileUnusable,
    StorageBusy,
    StorageError,
    StorageUnreachable,
)
from storage.read_only import lies_read_only, logs_beside

_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "53100")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03", "53300", "57014")
_AWAY = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "08", "57P", "3D000", "28")
_NOT_WRITTEN = ("SQLITE_CANTOPEN", "SQLITE_READONLY")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


@contextmanager
def errors_in_words(file: Path | None = None) -> Iterator[None]:
    """Raise storage errors instead of SQLAlchemy's and the file system's; `file` is that of an SQLite database."""
    try:
        yield
    except DBAPIError as error:
        raise _in_words(error, file) from _without_data(error)
    except PoolTimeout as error:
        raise StorageBusy("all its connections are in use") from error
    except StatementError as error:  # a value of the wrong kind: a bug, shown as what it is
        raise (error.orig or error) from None
    except SQLAlchemyError as error:
        raise StorageError(type(error).__name__) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from error
        why = error.strerror or type(error).__name__
        if error.errno == errno.EROFS:
            why = "it is not there, and nothing can be made on a disk that can only be read"
        raise (StorageUnreachable(why) if file is None else FileUnusable(file, why)) from error


def _in_words(error: DBAPIError, file: Path | None) -> StorageError:
    code = _code(error.orig)
    if code.startswith(_FULL):
        return DiskFull()
    if code.startswith(_BUSY):
        return StorageBusy(code)
    if code.startswith(_DAMAGED):
        return DatabaseDamaged(code)
    if file is not None and code.startswith(_NOT_WRITTEN) and lies_read_only(file):
        return DiskReadOnly(file, next((log for log in logs_beside(file) if log.exists()), None))
    if code.startswith(_AWAY) or error.connection_invalidated or _never_answered(error, code):
        why = _why_away(code, str(error.orig))
        return StorageUnreachable(why, may_pass=why in _PASSING) if file is None else FileUnusable(file, why)
    return StorageError(f"{type(error.orig).__name__} {code}")


def _code(error: object) -> str:
    """Give SQLite's name of the error or PostgreSQL's SQLSTATE, "" when the server never answered."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "") or type(error).__name__
    return getattr(error, "sqlstate", None) or ""


def _why_away(code: str, said: str) -> str:
    """Say why there is no database: by its code, else by words of the driver, which are looked for and never quoted."""
    by_code = next((words for start, words in _WHY if code and code.startswith(start)), "")
    by_words = next((words for part, words in _SAID if part in said.lower()), "the server does not answer")
    return by_code or (f"it said {code}" if code else by_words)


_WHY = (
    ("SQLITE_CANTOPEN", "the file cannot be opened"),
    ("SQLITE_PERM", "the file may not be opened"),
    ("SQLITE_READONLY", "the file may not be written"),
    ("08", "the connection broke"),
    ("57P", "the server is stopping, or ended the connection"),
    ("3D000", "the server has no database of that name"),
    ("28", "the server refused the user or the password"),
)
# PostgreSQL gives no code for a connection that was never made.
_SAID = (
    ("refused", "nothing listens at that host and port"),
    ("timeout", "the server does not answer in time"),
    ("timed out", "the server does not answer in time"),
    ("resolve", "there is no host of that name"),
    ("name or service not known", "there is no host of that name"),
    ("authentication failed", "the server refused the user or the password"),
    ("no password supplied", "the server wants a password"),
    ("does not exist", "the server has no such database or user"),
    ("starting up", "the server is starting up"),
    ("shutting down", "the server is stopping"),
    ("too many", "the server has too many connections"),
    ("ssl", "no encrypted connection could be agreed upon"),
)


_PASSING = (
    "the connection broke",
    "the server is stopping, or ended the connection",
    "nothing listens at that host and port",
    "the server does not answer in time",
    "the server is starting up",
    "the server is stopping",
    "the server has too many connections",
    "the server does not answer",
)


def _never_answered(error: DBAPIError, code: str) -> bool:
    return not code and isinstance(error, OperationalError)


def _without_data(error: DBAPIError) -> DBAPIError:
    """Drop the driver's message: PostgreSQL quotes the failing row in it, which is somebody's mail."""
    kept = f"{type(error.orig).__name__} {_code(error.orig)}"
    if isinstance(error.orig, BaseException):
        error.orig.args = (kept,)
    error.args = (kept,)
    return error
