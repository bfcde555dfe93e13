"""`statshop restore`: a backup put in the place of the database."""

import argparse
from pathlib import Path

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.backup import restore
from storage.revisions import HEAD


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `statshop backup` wrote")
    parser.add_argument("--replace", action="store_true", help="even where the database holds messages: they are lost")


def run(args: argparse.Namespace) -> int:
    """Restore, bring the schema to this program's, and say what is there now."""
    found = restore(args.file, storage_url(settings_of(args), house_of(args)), replace=args.replace)
    upgraded = "" if found.revision == HEAD else f", upgraded from revision {found.revision} to {HEAD}"
    print(f"Restored {found.messages} messages{upgraded}. Check them with: statshop verify")
    return 0
