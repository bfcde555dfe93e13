"""`statshop upgrade`: bring the database to this version."""

import argparse

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.upgrade import upgrade


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Migrate, and say to which revision."""
    print(f"The database is at revision {upgrade(storage_url(settings_of(args), house_of(args)))}.")
    return 0
