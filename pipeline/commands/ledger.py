"""`statshop ledger`: each day what a folder held on the server and what is held of it here, and whether it adds up."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.commands.counting import count_mailbox
from pipeline.commands.opening import house_of, mailbox_names, mailboxes_of, opened, settings_of
from pipeline.commands.readers import steady_reader
from pipeline.commands.starting import stop_on_signals
from pipeline.commands.words import told_in_words
from pipeline.errors import NoMailbox
from pipeline.flow.reader import Reader
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import Store
from storage.ledger import LedgerRow, ledger_rows

_CLASSES = ("stored", "duplicate", "set_aside", "too_large", "left_out", "waiting", "missing")
_OTHERS = (
    ("found", "missed by the polls and fetched by the count"),
    ("missing", "missing here"),
    ("waiting", "waiting for the next poll"),
    ("gone", "kept here, no longer on the server"),
    ("unread", "gone before they could be read"),
    ("unseen", "numbers given out by the server to mail that no listing showed"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--day", type=day_of, metavar="YYYY-MM-DD", help="this day only (London)")
    parser.add_argument("--reconcile", action="store_true", help="count now, and fetch what the polls missed")
    parser.add_argument("--uids", action="store_true", help="name all UIDs that differ, however many")
    parser.add_argument("--json", action="store_true", help="the same as JSON, times in UTC")


def day_of(words: str) -> date:
    """Read a day as it is typed."""
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{words} is no day; write it as 2011-03-14") from error


def run(args: argparse.Namespace) -> int:
    """Print the ledger, the newest day first; exit 1 when a line does not add up or a mailbox could not be counted."""
    settings, house = settings_of(args), house_of(args)
    boxes = mailboxes_of(settings)
    counted = True
    with opened(settings, house) as store:
        if args.reconcile:
            with steady_reader(settings, house) as reader:
                counted = _count(store, reader, boxes, settings.reading.tries, debug=args.debug)
        rows = ledger_rows(store, day=args.day.isoformat() if args.day else "")
    names = mailbox_names(settings)
    if args.json:
        print(json.dumps([_plain(row, names) for row in rows]))
    else:
        print(
            "\n".join(line for row in rows for line in lines_of(row, names, all_uids=args.uids)) or _nothing(args.day)
        )
    return 0 if counted and all(row.adds_up for row in rows) else 1


def lines_of(row: LedgerRow, names: dict[str, str], *, all_uids: bool = False) -> list[str]:
    """Say a line of the ledger in words: its sum, then what differs with the UIDs."""
    where = f"{row.day}  {names.get(row.account, row.account)} {row.folder}"
    if not row.can_be_compared:
        return [f"{where}: {row.counts.on_server:,} on the server, which gives them no lasting numbers to compare."]
    lines = [f"{where}: {_sum(row)}. {'Everything adds up.' if row.adds_up else 'It does not add up.'}"]
    for name, words in _OTHERS:
        count, uids = getattr(row.counts, name), getattr(row.uids, name)
        if count:
            lines.append(f"    {count:,} {words}: UID {uids if all_uids else _short(uids)}")
    return lines


def _sum(row: LedgerRow) -> str:
    parts = {name: getattr(row.counts, name) for name in _CLASSES}
    told = " + ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in parts.items() if count)
    return f"{row.counts.on_server:,} on the server" + (f" = {told}" if told else "")


def _short(uids: str, longest: int = 100) -> str:
    return uids if len(uids) <= longest else uids[:longest].rpartition(",")[0] + " … (--uids names all)"


def _count(store: Store, reader: Reader, boxes: Iterable[MailboxSettings], tries: int, *, debug: bool) -> bool:
    """Count one mailbox after the other; one that cannot be counted does not keep the others from it."""
    stop = stop_on_signals()
    attempts = []
    for box in boxes:
        with told_in_words(box.name, debug=debug) as attempt:
            count_mailbox(store, reader, box, tries=tries, stop=stop)
        attempts.append(attempt)
    if not attempts:
        raise NoMailbox
    return not any(attempt.failed for attempt in attempts)


def _plain(row: LedgerRow, names: dict[str, str]) -> dict[str, Any]:
    told = asdict(row) | {"counted_at": row.counted_at.isoformat(), "adds_up": row.adds_up}
    return told | {"mailbox": names.get(row.account, row.account)}


def _nothing(day: date | None) -> str:
    asked = f"Nothing was counted on {day:%-d %B %Y}." if day else "Nothing was counted yet."
    return f"{asked} The schedule counts every night; statshop ledger --reconcile counts now."
