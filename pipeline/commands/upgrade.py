"""`statshop upgrade`: bring the database to this version."""

import argparse

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.engine import current_revision, open_store
from storage.upgrade import upgrade


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--finish", action="store_true", help="also what workers of an older release would not outlive: none is left"
    )


def run(args: argparse.Namespace) -> int:
    """Migrate, and say which database, and to which revision; a new one may be another than was meant."""
    url = storage_url(settings_of(args), house_of(args))
    with open_store(url, check_schema=False) as store:
        place, is_new = str(store.path or store.name), not current_revision(store)
    revision = upgrade(url, finish=args.finish)
    print(f"The database is at revision {revision}: {place}.")
    if is_new:
        print("It is new and holds nothing. Where there should be mail, name its settings with --config FILE.")
    return 0
