"""A database as a release of the program made it: `python -m fakes.released VERSION`, run from tests/ at the release.

Writes tests/data/releases/VERSION.db.gz, and VERSION.json with what its export says. The fixtures stay for good: each
later program has to bring them forward. What is in them is invented, and the same each time.
"""

import gzip
import json
import shutil
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
    """Make the two files."""
    RELEASES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        file = Path(name) / "made.db"
        upgrade(f"sqlite:///{file}")
        with open_store(f"sqlite:///{file}") as store:
            fill(store)
            (RELEASES / f"{version}.json").write_text("\n".join(told(store)) + "\n", encoding="utf-8")
            store.outside("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE", "VACUUM")
        with file.open("rb") as made, gzip.GzipFile(RELEASES / f"{version}.db.gz", "wb", mtime=0) as packed:
            shutil.copyfileobj(made, packed)


if __name__ == "__main__":
    main(sys.argv[1])
