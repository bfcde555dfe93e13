"""Bring a database to this program's schema. Alembic is imported here only; who seldom needs it imports this late."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import Store, current_revision, open_store
from storage.errors import SchemaAhead
from storage.job_tables import bring_up
from storage.revisions import HEAD, REVISIONS
from storage.serving import state_oldest_program

_ONE_AT_A_TIME = 7305211  # PostgreSQL's number for our lock: any will do, it must only be the same for all


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaState:
    """The revision a database is at ("" for none) and the one this program needs."""

    current: str
    head: str

    @property
    def is_current(self) -> bool:
        """Say whether nothing is to be done."""
        return self.current == self.head

    @property
    def is_ahead(self) -> bool:
        """Say whether a newer program made it."""
        return bool(self.current) and self.current not in REVISIONS


def schema_state(url: str) -> SchemaState:
    """Tell which schema the database at `url` has."""
    with open_store(url, check_schema=False) as store:
        return SchemaState(current=current_revision(store), head=HEAD)


def upgrade(url: str, *, finish: bool = False) -> str:
    """Migrate the database at `url` to the newest schema and give its revision; all of it or nothing.

    On PostgreSQL the queue's tables come along; `finish` says that no worker of an older release is left.

    Makes a missing SQLite file with its folder. Two at once wait for each other. Raise SchemaAhead rather than touch
    what a newer program made.
    """
    with open_store(url, check_schema=False) as store:
        _migrate(store, finish=finish)
        return current_revision(store)


def script_heads() -> tuple[str, ...]:
    """Give the heads of the migration scripts; there is one, and it is revisions.HEAD."""
    return tuple(ScriptDirectory.from_config(alembic_config()).get_heads())


def alembic_config(connection: Connection | None = None) -> Config:
    """Give Alembic's settings: where the scripts lie, and the connection to work on."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _migrate(store: Store, *, finish: bool) -> None:
    with store.writing() as session:
        connection = session.connection()
        if store.on_postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
        current = current_revision(store)
        if current and current not in REVISIONS:
            raise SchemaAhead(current, HEAD)
        command.upgrade(alembic_config(connection), "head")
        state_oldest_program(session)
        if store.on_postgresql:
            bring_up(session, finish=finish)
