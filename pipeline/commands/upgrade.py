"""`statshop upgrade`: bring the database to this version."""

import argparse

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.upgrade import upgrade


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--finish", action="store_true", help="also what workers of an older release would not outlive: none is left"
    )


def run(args: argparse.Namespace) -> int:
    """Migrate, and say to which revision."""
    revision = upgrade(storage_url(settings_of(args), house_of(args)), finish=args.finish)
    print(f"The database is at revision {revision}.")
    return 0
