"""The border to SQLAlchemy: its errors become ours, and lose what they quote of the data."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import DatabaseDamaged, DiskFull, StorageBusy, StorageError, StorageUnreachable

_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "53100")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03", "53300", "57014")
_AWAY = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY", "08", "57P", "3D000", "28")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Raise storage errors instead of SQLAlchemy's and the file system's."""
    try:
        yield
    except DBAPIError as error:
        raise _in_words(error) from _without_data(error)
    except PoolTimeout as error:
        raise StorageBusy("all its connections are in use") from error
    except StatementError as error:  # a value of the wrong kind: a bug, shown as what it is
        raise (error.orig or error) from None
    except SQLAlchemyError as error:
        raise StorageError(type(error).__name__) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from error
        raise StorageUnreachable(error.strerror or type(error).__name__) from error


def _in_words(error: DBAPIError) -> StorageError:
    code = _code(error.orig)
    if code.startswith(_FULL):
        return DiskFull()
    if code.startswith(_BUSY):
        return StorageBusy(code)
    if code.startswith(_DAMAGED):
        return DatabaseDamaged(code)
    if code.startswith(_AWAY) or error.connection_invalidated or _never_answered(error, code):
        return StorageUnreachable(code or type(error.orig).__name__)
    return StorageError(f"{type(error.orig).__name__} {code}")


def _code(error: object) -> str:
    """Give SQLite's name of the error or PostgreSQL's SQLSTATE, "" when the server never answered."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "") or type(error).__name__
    return getattr(error, "sqlstate", None) or ""


def _never_answered(error: DBAPIError, code: str) -> bool:
    return not code and isinstance(error, OperationalError)


def _without_data(error: DBAPIError) -> DBAPIError:
    """Drop the driver's message: PostgreSQL quotes the failing row in it, which is somebody's mail."""
    kept = f"{type(error.orig).__name__} {_code(error.orig)}"
    if isinstance(error.orig, BaseException):
        error.orig.args = (kept,)
    error.args = (kept,)
    return error
