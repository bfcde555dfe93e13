"""`statshop rebuild`: make everything again from raw messages, today's program and what people decided."""

import argparse
import sys

from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, opened, settings_of
from pipeline.commands.poll import stop_on_signals
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import reader_of
from pipeline.flow.rebuilding import rebuild
from pipeline.flow.runs import recorded
from storage.rebuilding import without_raw
from storage.runs import status_counts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Rebuild, and say what changed; exit 1 when a message cannot be read any more: it stays as it was."""
    settings, house = settings_of(args), house_of(args)
    set_up_logs(settings.log)
    stop = stop_on_signals()
    with (
        opened(settings, house) as store,
        reader_of(settings, house) as reader,
        recorded(store, "rebuild", "", clock),
        ProgressBar() as bar,
    ):
        total = status_counts(store).messages
        made = rebuild(store, reader, clock, stop, lambda seen: bar.show("rebuilding", seen, total))
        kept = len(without_raw(store))
    print(f"Made {made.done} messages again: {made.changed} verdicts changed. Decisions stay as they were.")
    if kept:
        print(f"{kept} messages are no longer held as received: their coded records stay as they were.")
    if made.unreadable:
        numbers = ", ".join(map(str, made.unreadable[:20]))
        print(f"{len(made.unreadable)} cannot be read today and stay as they were: {numbers}.", file=sys.stderr)
    return 1 if made.unreadable else 0
