"""Bring a database to this program's schema. Alembic is imported here only; who seldom needs it imports this late."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.engine import Store, current_revision, open_store
from storage.errors import SchemaAhead
from storage.job_tables import bring_up
from storage.revisions import HEAD, REVISIONS
from storage.serving import state_oldest_program

_ONE_AT_A_TIME = 7305211  # PostgreSQL's number for our lock: any will do, it must only be the same for all


def upgrade(url: str, *, finish: bool = False) -> str:
    """Migrate the database at `url` to the newest schema and give its revision; all of it or nothing.

    On PostgreSQL the queue's tables come along; `finish` says that no worker of an older release is left.

    Makes a missing SQLite file with its folder. Two at once wait for each other. Raise SchemaAhead rather than touch
    what a newer program made.
    """
    with open_store(url, check_schema=False) as store:
        _migrate(store, finish=finish)
        return current_revision(store)


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
