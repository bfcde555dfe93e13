"""`statshop deliver`: send what was issued lately to the recipients of the settings, each once."""

import argparse

from pipeline.commands.delivering import deliver_due, delivered
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.errors import NobodyToDeliverTo
from storage.engine import open_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(args: argparse.Namespace) -> int:
    """Send what waits, and say what went to whom."""
    settings, house = settings_of(args), house_of(args)
    if not settings.delivers:
        raise NobodyToDeliverTo
    with open_store(storage_url(settings, house)) as store:
        deliver_due(store, settings, house, now=clock())
        lines = delivered(store, settings, clock())
    print("\n".join(lines) or "Nothing was issued within the last week.")
    return 0
