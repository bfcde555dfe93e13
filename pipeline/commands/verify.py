"""`statshop verify`: every stored byte against its digest, and every table against the others."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from pipeline.commands import large
from pipeline.commands.opening import clock
from pipeline.commands.readers import reader_of
from pipeline.commands.words import many
from pipeline.jobs.calls import VERIFY
from storage.engine import Store
from storage.integrity import Verified, is_made_again, table_faults, verify
from storage.order import LONDON
from storage.stretches import MESSAGES, SET_ASIDE, stretches_of
from storage.works import Stretch


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    large.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Recompute every digest; exit 1 with a line for each fault, or where it was ended before all was compared.

    One that was interrupted today is gone on with.
    """
    with large.at_work(args, reader_of) as at:
        if table_faults(at.bench.store):  # nothing is written into a database that may be damaged
            return _told(verify(at.bench.store), "")
        done = large.carry_out(at, VERIFY, _today(clock()), lambda: _everything(at.bench.store), "verifying")
        aside = done.counts.get("set_aside", 0)
        found = Verified(messages=done.counts.get("compared", 0) - aside, set_aside=aside, faults=done.faults)
    return _told(found, large.left_over(done))


def _told(found: Verified, left: str) -> int:
    held = _held(found)
    if not found.faults:
        words = f"The bytes of {held} are those that were received."
        print(f"{words}{left}" if left else f"{words} The tables agree with each other and the ledger.")
        return 1 if left else 0
    print("\n".join(found.faults))
    print(f"{many(len(found.faults), 'fault')}; {held} compared. {_remedy(found.faults)}{left}")
    return 1


def _held(found: Verified) -> str:
    """Say how many messages were compared; what is set aside is none of them, and is counted apart."""
    aside = f" and {found.set_aside:,} set aside" if found.set_aside else ""
    return f"{many(found.messages, 'message')}{aside}"


def _remedy(faults: Sequence[str]) -> str:
    """Say what to do: a restore loses all that was decided since, so that it is the last thing to try."""
    made_again = sum(map(is_made_again, faults))
    if not made_again:
        return "Restore the last good backup."
    mends = "mends them" if made_again == len(faults) else f"mends {made_again} of them"
    return f"statshop rebuild {mends}; restore the last good backup for what verify names after that."


def _everything(store: Store) -> Iterator[Stretch]:
    """Cut what is stored, then what is set aside."""
    messages = list(stretches_of(store, MESSAGES))
    return chain(messages, stretches_of(store, SET_ASIDE, first_number=len(messages)))


def _today(now: datetime) -> str:
    return f"{now.astimezone(LONDON):%Y-%m-%d}"
