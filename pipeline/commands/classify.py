"""`statshop classify`: tag message files without a database."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pipeline.commands.classifying import files_in, prediction, read_files
from pipeline.commands.opening import clock, house_of, settings_of
from pipeline.commands.readers import reader_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a message file, or a folder of .eml files")
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a message")


def run(args: argparse.Namespace) -> int:
    """Tag each file; exit 1 when a file could not be read."""
    settings = settings_of(args)
    files = files_in(args.paths)
    unread = 0
    with reader_of(settings, house_of(args)) as reader:
        for raw, outcome in read_files(files, reader, clock()):
            row = prediction(raw.folder, outcome)
            unread += "error" in row
            print(json.dumps(row, ensure_ascii=False) if args.jsonl else _line(row))
    if not files:
        print("No .eml file was found there.", file=sys.stderr)
    return 1 if unread or not files else 0


def _line(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{row['file']}: could not be read: {row['error']}"
    if row["disposition"] != "triage":
        return f"{row['file']}: {row['disposition']}"
    listed = [", ".join(row[name]) or "none" for name in ("products", "uses", "channels")]
    person = "needs a person" if row["needs_review"] else "needs no person"
    return f"{row['file']}: {listed[0]} | {row['user_category']} | {listed[1]} | {listed[2]} | {person}"
