"""An SQLite file that another program made: nothing of ours is to be put beside its tables."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from storage.errors import OtherProgramsFile

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"


class Database(Protocol):
    """What is asked: an open connection to a file."""

    def execute(self, statement: str, /) -> Iterable[Any]:
        """Give the rows of a statement."""
        ...


def check_ours(database: Database, file: Path) -> None:
    """Raise OtherProgramsFile where a file holds tables that are not ours; it only reads, and changes nothing."""
    tables = {name for (name,) in database.execute(_TABLES)}
    if tables and "slot" not in tables:
        raise OtherProgramsFile(file)
