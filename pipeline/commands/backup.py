"""`statshop backup`: one consistent copy of the database, while everything goes on."""

import argparse
from pathlib import Path

from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.commands.words import many
from storage.backup import backup
from storage.backups import note_backup
from storage.engine import current_revision, open_store
from storage.read_only import lies_read_only
from storage.revisions import HEAD
from storage.tombstones import copy_key, key_file


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write the copy; one of that name is replaced")
    parser.add_argument("--replace", action="store_true", help="also one that holds more than twice as many messages")


def run(args: argparse.Namespace) -> int:
    """Write the copy, check it, and say what it holds; with it the key of erasures, where people were erased."""
    with open_store(storage_url(settings_of(args), house_of(args)), check_schema=False) as store:
        made = backup(store, args.file, replace=args.replace)
        key = copy_key(key_file(store), args.file)
        if current_revision(store) == HEAD and not (store.path and lies_read_only(store.path)):
            note_backup(store, args.file, now=clock())
    held = many(made.messages, "message")
    print(f"{args.file}: {held}, {made.size / 1e6:.1f} MB, checked. It is readable by you alone.")
    if key:
        print(f"{key}: the key of erasures. A restored backup needs it; keep it apart from the backup.")
    return 0
