"""Open a database and work in it: one reading or writing transaction at a time, its errors in our words."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

from storage.errors import SchemaAhead, SchemaBehind, StorageBusy, StorageError, UnknownDatabase
from storage.lines import CLIENT, SERVER
from storage.moved import check_not_moved
from storage.our_file import check_ours
from storage.read_only import connect_immutable, is_immutable
from storage.revisions import HEAD, REVISIONS
from storage.serving import serves_this_program
from storage.wrapping import errors_in_words

log = logging.getLogger(__name__)
Result = TypeVar("Result")

BUSY_TIMEOUT_SECONDS = 30
NOTE_SECONDS = 1  # how long what is noted in passing waits for the writer's lock
TRIES = 3  # of a transaction that PostgreSQL ended to resolve a deadlock
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL, not NORMAL: after a power cut NORMAL may forget the last commits. A message and its cursor would be
    # forgotten together, which loses nothing while the mail lies on the server; but a reviewer was told "saved",
    # and a mailbox that is marked or emptied after the commit no longer holds the mail. It costs one sync a batch.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
    "PRAGMA cache_size = -32768",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
    # Zeros over what is deleted or moved within the file, at all times: pages that are rearranged while mail comes in
    # would keep copies of words that retention and erasure take away later. Debian's SQLite does so of itself.
    "PRAGMA secure_delete = ON",
    # 32 MB of the log before it is copied into the database, not 4: a batch writes some ten, to a good part the same
    # pages as the batch before, and is not to wait for all of them to be written twice.
    "PRAGMA wal_autocheckpoint = 8000",
)


class Store:
    """An opened database. Threads may share it; a forked process must open its own."""

    def __init__(self, engine: Engine, erasure_key: bytes = b"", *, may_be_moved: bool = True) -> None:
        self._engine, self._may_be_moved = engine, may_be_moved
        self.erasure_key = erasure_key  # knows erased mail again (storage.tombstones); b"": it lies beside the file
        self._writer = engine.execution_options(storage_writes=True)
        self._noter = engine.execution_options(storage_writes=True, storage_wait=NOTE_SECONDS)

    def __repr__(self) -> str:
        return f"Store({self.name!r})"

    @property
    def name(self) -> str:
        """Give the address of the database, its password hidden."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def on_postgresql(self) -> bool:
        """Say whether this is PostgreSQL; else it is SQLite."""
        return self._engine.dialect.name == "postgresql"

    @property
    def path(self) -> Path | None:
        """Give the SQLite file, None for PostgreSQL."""
        return None if self.on_postgresql else Path(self._engine.url.database or "")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and changes nothing."""
        with errors_in_words(self.path), Session(self._engine) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a session whose every query sees the same state, however long it reads (SQLite's always do)."""
        with self.reading() as session:
            if self.on_postgresql:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are kept together when the block ends, or not at all when it raises."""
        with errors_in_words(self.path), Session(self._writer) as session, session.begin():
            self.check_not_moved(session)
            yield session

    def check_not_moved(self, session: Session) -> None:
        """Raise StorageMoved in a file that was moved elsewhere, but where it is opened to be looked at as it is."""
        if not self._may_be_moved and not self.on_postgresql:
            check_not_moved(session)

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in a writing transaction, again when PostgreSQL ended it to resolve a deadlock."""
        for _ in range(TRIES - 1):
            try:
                with self.writing() as session:
                    return work(session)
            except StorageBusy:
                if not self.on_postgresql:
                    raise  # SQLite has waited its half minute already
        with self.writing() as session:
            return work(session)

    def note(self, work: Callable[[Session], object]) -> None:
        """Do `work`, which notes something in passing; where that cannot be done soon, the log says so instead."""
        try:
            with errors_in_words(self.path), Session(self._noter) as session, session.begin():
                self.check_not_moved(session)
                work(session)
        except StorageError as error:
            log.error("not noted: %s", error)

    def outside(self, *statements: str) -> list[Any]:
        """Run statements outside any transaction, as VACUUM must be; give the first row of each, None where none."""
        with errors_in_words(self.path):
            connection = self._engine.raw_connection()
            try:
                if self.on_postgresql:
                    connection.driver_connection.autocommit = True  # type: ignore[union-attr] # it is psycopg's
                return [_first_row(connection.cursor(), statement) for statement in statements]
            except self._engine.dialect.loaded_dbapi.Error as error:
                raise DBAPIError(None, None, error) from error
            finally:
                connection.invalidate()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str, *, check_schema: bool = True, erasure_key: bytes = b"") -> Store:
    """Open the database at `url`; raise SchemaBehind or SchemaAhead when its schema is not this program's.

    So is StorageMoved of a file that was moved to another database, then and at each later writing.

    A missing SQLite file is made, with its folder, readable by its owner alone. One on a read-only disk can be read.
    """
    store = Store(_engine(_address(url)), erasure_key, may_be_moved=not check_schema)
    if not check_schema:
        return store
    try:
        check_health(store)
        with store.reading() as session:
            store.check_not_moved(session)
    except BaseException:
        store.close()
        raise
    return store


def current_revision(store: Store) -> str:
    """Give the schema revision of the database, "" when it has no tables yet."""
    with store.reading() as session:
        connection, found = session.connection(), None
        if connection.dialect.has_table(connection, "alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def check_health(store: Store) -> None:
    """Raise unless the database answers and its schema is this program's, or a newer one that still serves it."""
    current = current_revision(store)
    if current == HEAD:
        return
    if not current or current in REVISIONS:
        raise SchemaBehind(current, HEAD)
    with store.reading() as session:
        if not serves_this_program(session):
            raise SchemaAhead(current, HEAD)


def _first_row(cursor: Any, statement: str) -> Any:
    cursor.execute(statement)
    return cursor.fetchone() if cursor.description else None


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnknownDatabase("is no address of a database") from error
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in ("sqlite", "postgresql+psycopg"):
        raise UnknownDatabase
    if address.drivername == "sqlite" and (address.host or address.port):
        raise UnknownDatabase("has two slashes after sqlite: where three are needed, four before a path from the root")
    if address.drivername == "sqlite" and address.query:
        raise UnknownDatabase("has words behind a question mark, which SQLite is not given here")
    return address


def _engine(address: URL) -> Engine:
    if address.drivername == "sqlite":
        return _sqlite(address)
    return create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args={**CLIENT, "options": f"-c timezone=UTC {SERVER}", "application_name": "statshop"},
    )


def _sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise UnknownDatabase("names no file")
    file = Path(address.database)
    with errors_in_words(file):
        _make_private(file)
        opened: dict[str, Any] = {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}}
        if is_immutable(file):
            opened = {"creator": partial(connect_immutable, file)}
    engine = create_engine(address, hide_parameters=True, pool_size=10, max_overflow=20, **opened)
    event.listen(engine, "connect", partial(_set_up, file))
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(file: Path) -> None:
    """Make the file with mode 600 before SQLite does; its -wal and -shm take the same mode."""
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up(file: Path, connection: Any, record: object) -> None:
    check_ours(connection, file)  # before WAL is asked for: that would be written into the file
    connection.isolation_level = None  # we say BEGIN ourselves: sqlite3 would only before the first change
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    """Take the writer's lock at once: a reader that turns writer half-way cannot wait, and would fail."""
    options = connection.get_execution_options()
    writes, wait = options.get("storage_writes", False), options.get("storage_wait", BUSY_TIMEOUT_SECONDS)
    if wait != connection.info.get("storage_wait", BUSY_TIMEOUT_SECONDS):
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait * 1000}")
        connection.info["storage_wait"] = wait
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
