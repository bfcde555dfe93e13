"""`./run demo`: the whole main job on the sample mailbox, over real IMAP, told step by step."""

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from classifiers.catalogue import Catalogue, load_catalogue
from classifiers.verdict import Dimension
from demo.mailbox import prepare
from demo.server import ServedMailbox, serve
from digests.period import month_of
from pipeline.commands.digesting import make_month
from pipeline.commands.opening import clock, mailboxes_of, storage_url
from pipeline.commands.poll_all import words_of
from pipeline.commands.polling import Polled, poll_mailbox
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import reader_of
from pipeline.commands.starting import stop_on_signals
from pipeline.commands.words import sentence_of
from pipeline.config import Settings, load_settings
from pipeline.flow.poll import Progress
from storage.engine import Store, open_store
from storage.messages import export_rows
from storage.runs import status_counts
from storage.upgrade import upgrade

FOLDER = Path("var/demo")
SETTINGS = """\
# The settings of ./run demo. The mailbox's address and password come from the environment while the demo runs.
[site]
name = "StatShop triage (demo)"
team_addresses = ["StatShop@communities.gsi.gov.uk"]

[storage]
url = "sqlite:///statshop.db"

[digests]
folder = "digests"
"""


def main() -> int:
    """Run the demo; exit 0 when everything went well."""
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="start over: forget what an earlier demo stored")
    args = parser.parse_args()
    started = time.monotonic()
    if args.fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    prepared = prepare(FOLDER / "mailbox")
    print(f"A sample mailbox of {prepared} messages stands in {FOLDER / 'mailbox'}.")
    with serve(FOLDER / "mailbox") as served:
        print(f"The embedded IMAP server serves it at {served.host}:{served.port}.")
        settings = _settings(served)
        url = storage_url(settings, FOLDER.resolve())
        upgrade(url)
        with open_store(url) as store:
            polled = _poll(store, settings)
            _tell(store, settings, polled)
    print(f"\nDone in {time.monotonic() - started:.1f} s.")
    print("Next: ./run serve  (shows the review page, and a first sign-in)")
    return 0


def _settings(served: ServedMailbox) -> Settings:
    config = FOLDER / "config.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    prefix = "STATSHOP_MAILBOXES__DEMO__"
    mailbox = {"HOST": served.host, "PORT": str(served.port), "USER": served.user, "PASSWORD": served.password}
    environ = {name: text for name, text in os.environ.items() if name.startswith("STATSHOP_READING__")}
    environ |= {prefix + name: text for name, text in {**mailbox, "SECURITY": "plain"}.items()}
    return load_settings(config, environ)


def _poll(store: Store, settings: Settings) -> Polled:
    house = FOLDER.resolve()
    (box,) = mailboxes_of(settings)
    with reader_of(settings, house) as reader, ProgressBar() as bar:

        def told(progress: Progress) -> None:
            bar.show(f"reading {progress.folder}", progress.done, progress.of)

        stop = stop_on_signals()
        return poll_mailbox(store, reader, box, tries=settings.reading.tries, stop=stop, told=told)


def _tell(store: Store, settings: Settings, polled: Polled) -> None:
    print(words_of(polled))
    rows = [row for row in export_rows(store) if "tags" in row]
    catalogue = load_catalogue()
    for dimension, title in ((Dimension.PRODUCT, "Products"), (Dimension.USER_CATEGORY, "Users")):
        print(f"\n{title} of all {len(rows)} messages stored:")
        print("\n".join(_counted(rows, dimension, catalogue)))
    counts = status_counts(store)
    print(f"\n{counts.needs_person} of {counts.pending} pending messages need a person; {counts.set_aside} set aside.")
    months = sorted({month_of(_arrived(row)) for row in rows})
    missing = [month for month in months if not (FOLDER / "digests" / month).is_dir()]
    _digests(store, settings, months if polled.counts.stored else missing)
    print(f"\nThe database is {FOLDER / 'statshop.db'}; the digests lie in {FOLDER / 'digests'}.")


def _counted(rows: list[dict[str, Any]], dimension: Dimension, catalogue: Catalogue) -> list[str]:
    counts = Counter(tag["value"] for row in rows for tag in row["tags"] if tag["dimension"] == dimension)
    return [f"  {count:4}  {catalogue.title(dimension, value)}" for value, count in counts.most_common()]


def _arrived(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["arrived_at"])


def _digests(store: Store, settings: Settings, months: list[str]) -> None:
    for month in months:
        paths = make_month(store, settings, FOLDER.resolve(), month, now=clock())
        print(f"Digest of {month}: {len(paths)} files in {paths[0].parent.relative_to(FOLDER.parent.parent.resolve())}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as error:  # noqa: BLE001 - words, not a traceback, for whoever tries it first
        print(sentence_of(error).words, file=sys.stderr)
        sys.exit(1)
