"""Backups of an SQLite database: taken while others use it, and put back so that others never see half of one."""

import os
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage.engine import Store, current_revision
from storage.errors import (
    BackupElsewhere,
    HoldsMessages,
    HoldsMore,
    NoBackup,
    NoPlaceForBackup,
    SchemaAhead,
    SchemaBehind,
)
from storage.our_file import check_ours
from storage.read_only import is_immutable
from storage.revisions import HEAD, REVISIONS
from storage.tombstones import ENDING
from storage.upgrade import upgrade
from storage.wrapping import errors_in_words

BUSY_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """What a backup file holds."""

    messages: int
    revision: str
    size: int


def backup(store: Store, file: Path, *, replace: bool = False) -> Backup:
    """Write one consistent copy of the database, mode 600, while others go on working.

    The copy is checked before it takes its name: an earlier file of that name stays until then. Raise BackupElsewhere
    for PostgreSQL, SchemaBehind for a database without any table, NoPlaceForBackup where the file cannot be, and
    HoldsMore where the earlier backup has more than twice the messages of this one, unless `replace` allows that.
    """
    if store.path is None:
        raise BackupElsewhere(dump_command(store, file))
    if not current_revision(store):
        raise SchemaBehind("", HEAD)
    _check_place(file, store.path)
    aside = file.with_name(f".{file.name}.new")
    with errors_in_words():
        try:
            _new_private(aside)
        except (PermissionError, FileNotFoundError) as error:
            raise NoPlaceForBackup(file, error.strerror or type(error).__name__) from error
        try:
            _copy(store.path, aside)
            found = inspect(aside)
            if not replace:
                _check_earlier(file, store.path, found)
            _sync(aside)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
    return found


def _check_place(file: Path, database: Path) -> None:
    """Refuse what would take the database's own place, from under those who have it open, and what is no file."""
    if file.is_dir():
        raise NoPlaceForBackup(file, "it is a folder")
    if not file.parent.is_dir():
        raise NoPlaceForBackup(file, f"there is no folder {file.parent}")
    whole = database.resolve()
    own = {whole.with_name(whole.name + ending) for ending in ("", "-wal", "-shm", "-journal", ENDING)}
    if file.resolve() in own:
        raise NoPlaceForBackup(file, "it is the database itself, or a file that belongs to it")
    if file.exists() and file.stat().st_size and not _is_database(file):
        raise NoPlaceForBackup(file, "there is a file of that name already, and it is no backup")


def _check_earlier(file: Path, database: Path, found: Backup) -> None:
    """Refuse to put a backup of what may be another database in the place of one that holds far more."""
    earlier = _messages_in(file)
    if earlier > 2 * found.messages:
        raise HoldsMore(file, earlier, database, found.messages)


def _is_database(file: Path) -> bool:
    """Say whether a file begins as every SQLite database does (https://www.sqlite.org/fileformat.html, 1.3)."""
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def _as_it_is(made: Path, target: Path) -> None:
    """Change nothing."""


def restore(
    file: Path, url: str, *, replace: bool = False, prepare: Callable[[Path, Path], None] = _as_it_is
) -> Backup:
    """Put a backup in the place of the database at `url`, brought to this program's schema.

    `prepare` is called with the copy that is to take the place, and with the file that still has it; what it raises
    leaves the database as it was.

    Raise NoBackup when the file is none, SchemaAhead when a newer program made it, OtherProgramsFile when what has the
    place is no database of this program, HoldsMessages when there are messages already and `replace` does not allow to
    lose them. Programs that have the database open see the one or the
    other, never a mixture.
    """
    target = _sqlite_file(url, file)
    found = inspect(file)
    if found.revision not in REVISIONS:
        raise SchemaAhead(found.revision, HEAD)
    _check_ours(target)
    held = _messages_held(target)
    if held and not replace:
        raise HoldsMessages(held)
    aside = target.with_name(f".{target.name}.restored")
    with errors_in_words():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _new_private(aside)
        try:
            _copy(file, aside)
            upgrade(f"sqlite:///{aside}")
            prepare(aside, target)
            _take_place(aside, target)
        finally:
            for ending in ("", "-wal", "-shm"):
                aside.with_name(aside.name + ending).unlink(missing_ok=True)
    return found


def inspect(file: Path) -> Backup:
    """Check a backup file and tell what it holds; raise NoBackup when it is none, or is damaged."""
    if not file.is_file():
        raise NoBackup(file, "is not there")
    try:
        with _opened(file) as database:
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise NoBackup(file, "is damaged")
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
            (messages,) = database.execute("SELECT count(*) FROM message").fetchone()
    except DBAPIError as error:
        raise NoBackup(file, "is no database of this program, or is damaged") from error
    return Backup(messages=messages, revision=revision, size=file.stat().st_size)


def dump_command(store: Store, file: Path) -> str:
    """Give the command that backs up a PostgreSQL database; its password is left to PostgreSQL's own means."""
    return f"pg_dump --format=custom --file={shlex.quote(str(file))} {shlex.quote(_libpq(store.name))}"


def _libpq(name: str) -> str:
    address = make_url(name).set(drivername="postgresql", password=None)
    return address.render_as_string()


def _sqlite_file(url: str, file: Path) -> Path:
    address = make_url(url)
    if not address.drivername.startswith("sqlite"):
        name = shlex.quote(_libpq(url))
        raise BackupElsewhere(f"pg_restore --clean --if-exists --dbname={name} {shlex.quote(str(file))}")
    return Path(address.database or "")


def _messages_in(file: Path) -> int:
    """Count the messages of an earlier backup, without checking it; 0 when there is none, or it cannot be read."""
    if not file.exists() or not file.stat().st_size:
        return 0
    try:
        with _opened(file) as database:
            (messages,) = database.execute("SELECT count(*) FROM message").fetchone()
    except DBAPIError:
        return 0
    return int(messages)


def _check_ours(target: Path) -> None:
    """Refuse to take the place of another program's database; what cannot be read may be our own, damaged."""
    if not target.exists():
        return
    try:
        with _opened(target) as database:
            check_ours(database, target)
    except DBAPIError:
        return


def _messages_held(target: Path) -> int:
    """Count the messages of the database that is there; 0 when there is none, or it cannot be read any more."""
    if not target.exists() or not target.stat().st_size:
        return 0
    try:
        return inspect(target).messages
    except NoBackup:
        return 0


def _take_place(aside: Path, target: Path) -> None:
    """Copy over a database that may be in use, by SQLite's own means; a damaged one makes way as a file."""
    if _is_sound(target):
        _copy(aside, target, journal="WAL")
        target.chmod(0o600)
        return
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    aside.replace(target)


def _is_sound(target: Path) -> bool:
    if not target.exists():
        return False
    try:
        inspect(target)
    except NoBackup:
        return False
    return True


def _copy(source: Path, target: Path, *, journal: str = "DELETE") -> None:
    """Copy in one step: SQLite's online backup holds a read lock, which in WAL mode keeps nobody from writing.

    A copy that is to be one file alone leaves WAL mode.
    """
    with _opened(source) as from_, _opened(target) as to:
        from_.backup(to, pages=-1)
        to.execute(f"PRAGMA journal_mode = {journal}")


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is there; raise what SQLite raises as SQLAlchemy does, for `errors_in_words`."""
    how = "immutable=1" if is_immutable(file) else "mode=rw"
    try:
        database = sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS)
        try:
            yield database
        finally:
            database.close()
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error


def _new_private(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
