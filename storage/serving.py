"""Which programs a database serves. It states the oldest one, so that a program need not be the newest to go on.

Migrations add first, and take away a release later. After one that only adds, the programs of before may go on.
"""

from sqlalchemy import text
from sqlmodel import Session

from storage.revisions import HEAD

# The head of the oldest release whose statements this schema still serves. A migration that takes something away, or
# adds what must never be passed over, raises it to the first release that knows.
OLDEST_PROGRAM = "0006"  # 0007 only adds tables, 0008 and 0011 indexes, 0009 a column with a default
_NAME = "oldest program"


def state_oldest_program(session: Session) -> None:
    """Write down which programs may go on with this schema."""
    do = session.connection().execute
    do(text("DELETE FROM fact WHERE name = :name"), {"name": _NAME})
    do(text("INSERT INTO fact (name, value) VALUES (:name, :oldest)"), {"name": _NAME, "oldest": OLDEST_PROGRAM})


def serves_this_program(session: Session) -> bool:
    """Say whether a database of a newer schema states that it still serves a program of ours."""
    if not session.connection().dialect.has_table(session.connection(), "fact"):
        return False
    oldest = session.connection().execute(text("SELECT value FROM fact WHERE name = :name"), {"name": _NAME}).scalar()
    return oldest is not None and str(oldest) <= HEAD
