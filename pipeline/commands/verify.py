"""`statshop verify`: every stored byte against its digest, and every table against the others."""

import argparse

from pipeline.commands.opening import house_of, settings_of, storage_url
from storage.engine import open_store
from storage.integrity import verify


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Recompute every digest; exit 1 with a line for each fault."""
    with open_store(storage_url(settings_of(args), house_of(args))) as store:
        found = verify(store)
    if not found.faults:
        print(
            f"The bytes of {found.messages} messages are those that were received, and the tables agree with the ledger."
        )
        return 0
    print("\n".join(found.faults))
    print(f"{len(found.faults)} faults; {found.messages} messages were compared. Restore the last good backup.")
    return 1
