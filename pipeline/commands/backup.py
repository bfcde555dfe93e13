"""`statshop backup`: one consistent copy of the database, while everything goes on."""

import argparse
from pathlib import Path

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.backup import backup
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write the copy; one of that name is replaced")


def run(args: argparse.Namespace) -> int:
    """Write the copy, check it, and say what it holds."""
    with open_store(storage_url(settings_of(args), house_of(args)), check_schema=False) as store:
        made = backup(store, args.file)
    print(f"{args.file}: {made.messages} messages, {made.size / 1e6:.1f} MB, checked. It is readable by you alone.")
    return 0
