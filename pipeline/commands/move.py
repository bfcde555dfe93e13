"""`statshop move`: all that an SQLite file holds put into the PostgreSQL database of the settings."""

import argparse
from pathlib import Path

from pipeline.commands.opening import house_of, opened, settings_of, storage_url
from pipeline.commands.progress import ProgressBar
from pipeline.commands.words import many
from pipeline.errors import MoveElsewhere
from storage.backup import inspect
from storage.engine import open_store
from storage.moving import move
from storage.upgrade import upgrade


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the SQLite file that was used so far")


def run(args: argparse.Namespace) -> int:
    """Bring both to this program's schema and copy every row; the file stays as it is."""
    settings, house = settings_of(args), house_of(args)
    url = storage_url(settings, house)
    if not url.startswith("postgres"):
        raise MoveElsewhere
    inspect(args.file)
    old = f"sqlite:///{args.file.resolve()}"
    upgrade(old)
    upgrade(url)
    with open_store(old) as source, opened(settings, house) as target, ProgressBar() as bar:
        moved = move(source, target, lambda done, total: bar.show("moving rows", done, total))
    print(f"Moved {many(moved.messages, 'message')}, {many(moved.rows, 'row')} in all.")
    print("Check them before you start anything: statshop verify --here")
    print(f"{args.file} stays as it was. Keep it until that is done; nothing writes to it any more.")
    return 0
