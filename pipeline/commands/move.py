"""`statshop move`: all that an SQLite file holds put into the PostgreSQL database of the settings."""

import argparse
from pathlib import Path

from pipeline.commands.opening import clock, house_of, opened, settings_of, storage_url
from pipeline.commands.progress import ProgressBar
from pipeline.commands.words import many
from pipeline.errors import MoveElsewhere
from storage.backup import inspect
from storage.engine import open_store
from storage.moved import unmark
from storage.moving import move
from storage.upgrade import upgrade


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the SQLite file that was used so far")
    parser.add_argument("--undo", action="store_true", help="let FILE be used again as it was before it was moved")


def run(args: argparse.Namespace) -> int:
    """Bring both to this program's schema and copy every row; the file stays as it is, marked as moved."""
    if args.undo:
        return _undo(args.file)
    settings, house = settings_of(args), house_of(args)
    url = storage_url(settings, house)
    if not url.startswith("postgres"):
        raise MoveElsewhere
    inspect(args.file)
    old = f"sqlite:///{args.file.resolve()}"
    upgrade(old)
    upgrade(url)
    with open_store(old) as source, opened(settings, house) as target, ProgressBar() as bar:
        moved = move(source, target, lambda done, total: bar.show("moving rows", done, total), now=clock())
    print(f"Moved {many(moved.messages, 'message')}, {many(moved.rows, 'row')} in all.")
    print("Check them before you start anything: statshop verify --here")
    print(f"{args.file} stays as it was. Keep it until that is done; what still runs on it is refused from now on.")
    return 0


def _undo(file: Path) -> int:
    inspect(file)
    with open_store(f"sqlite:///{file.resolve()}", check_schema=False) as store:
        was_moved = store.write(unmark)
    words = "can be used again. What came to the other database since is not in it." if was_moved else "was not moved."
    print(f"{file} {words}")
    return 0
