"""A large month: how long both editions take in every format, out of a real store, and what memory that takes.

10,000 messages by default; `STATSHOP_BENCH_MESSAGES=100000` in the environment for the long form. Every total is read
back out of the files and compared with the store's own count.
"""

import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import openpyxl
from odfdo import Document

from classifiers.catalogue import Catalogue, Dimension, load_catalogue
from storage.engine import open_store
from storage.messages import save_batch
from storage.records import NewMessage, Slot, StatementRecord, TagRecord, VerdictRecord, ZoneRecord
from storage.reports import coverage
from storage.upgrade import upgrade

START, END = datetime(2011, 3, 1, tzinfo=UTC), datetime(2011, 3, 31, 23, tzinfo=UTC)
NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)
BODY = "We use the cohesion report to plan our services in ward {n}."
FORMATS = ("html", "csv", "json", "xlsx", "ods")


def main() -> None:
    """Fill a store, make the month in a process of its own, and print what it took."""
    most = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "10000"))
    with tempfile.TemporaryDirectory() as name:
        house = Path(name)
        url = f"sqlite:///{house / 'store.db'}"
        _fill(url, most)
        command = [sys.executable, "-m", "benchmarks.digest", url, str(house / "out")]
        took = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{most:,} messages, both editions, {', '.join(FORMATS)}: {took['seconds']:.1f} s by the clock, "
            f"{took['processor']:.1f} s of processor time, {took['megabytes']:.0f} MB at most"
        )
        totals = _totals(house / "out" / "2011-03" / "draft")
        with open_store(url) as store:
            stored = coverage(store, START, END, None).stored
        print(f"totals: store {stored:,}; " + "; ".join(f"{name} {total:,}" for name, total in totals.items()))
        if set(totals.values()) != {stored}:
            raise SystemExit("the totals differ")


def _fill(url: str, most: int) -> None:
    upgrade(url)
    catalogue, chance = load_catalogue(None), random.Random(1)
    with open_store(url) as store:
        for first in range(0, most, 1000):
            batch = [_message(n, most, catalogue, chance) for n in range(first, min(first + 1000, most))]
            save_batch(store, batch, None, now=NOW)


def _message(number: int, most: int, catalogue: Catalogue, chance: random.Random) -> NewMessage:
    body = BODY.format(n=number)
    raw = f"Subject: Request {number}\r\n\r\n{body}\r\n".encode()
    digest = sha256(raw).hexdigest()
    tags = [
        ("disposition", "triage"),
        *(
            (dimension, _any(catalogue, dimension, chance))
            for dimension in (Dimension.USER_CATEGORY, Dimension.PRODUCT, Dimension.USE, Dimension.CHANNEL)
        ),
    ]
    return NewMessage(
        slot=Slot(account="statshop", folder="INBOX", uidvalidity=1, uid=number + 1),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=START + timedelta(seconds=number * 2_600_000 / most),
        arrived_source="INTERNALDATE",
        subject=f"Request {number}",
        sender_name="Ann Example",
        sender_address=f"ann{number % 5000}@example.org",
        user_address=f"ann{number % 5000}@example.org",
        thread_key=f"<{number}@example.org>",
        zones=(ZoneRecord(kind="new", text=body),),
        verdict=VerdictRecord(
            rules_version="r1",
            tags=tuple(TagRecord(dimension=dimension, value=value) for dimension, value in tags),
            statements=(StatementRecord(kind="use", text=body, zone=0, start=0, end=len(body)),),
        ),
    )


def _any(catalogue: Catalogue, dimension: Dimension, chance: random.Random) -> str:
    return chance.choice([entry.id for entry in catalogue.of(dimension)])


def _totals(folder: Path) -> dict[str, int]:
    """Read "All messages" of the table by kind of user out of each file of the internal edition."""
    inside = folder / "internal"
    whole = json.loads((inside / "users-and-uses-2011-03-internal.json").read_bytes())
    place, table = next((n, t) for n, t in enumerate(whole["tables"], 1) if t["id"] == "messages-by-user")
    rows = list(csv.reader(io.StringIO((inside / "messages-by-user-2011-03-internal.csv").read_text(encoding="utf-8"))))
    sheet = openpyxl.load_workbook(inside / "users-and-uses-2011-03-internal.xlsx", read_only=True)[f"Table_{place}"]
    ods = Document(inside / "users-and-uses-2011-03-internal.ods").body.get_sheet(name=f"Table_{place}")
    page = (inside / "users-and-uses-2011-03-internal.html").read_text(encoding="utf-8")
    section = page[page.rindex(f'id="{table["id"]}"') :]
    row = section[section.index(">All messages<") :]
    return {
        "JSON": table["rows"][-1]["messages"],
        "CSV": int(rows[-1][1]),
        "XLSX": int(list(sheet.iter_rows(values_only=True))[-1][1]),
        "ODS": int(str(ods.get_values()[-1][1])),
        "HTML": int(row[row.index("numeric") :].partition(">")[2].partition("<")[0].replace(",", "")),
    }


def measured(url: str, folder: Path) -> dict[str, float]:
    """Make both editions in every format in this process, and give what it took."""
    from digests.make import make_digest, write_draft
    from digests.options import DigestOptions

    begun, options = time.perf_counter(), DigestOptions()
    with open_store(url) as store:
        digest = make_digest(store, load_catalogue(None), "2011-03", options, now=NOW)
    write_draft(digest, folder, options)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": time.perf_counter() - begun,
        "processor": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))
