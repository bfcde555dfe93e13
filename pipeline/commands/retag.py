"""`statshop retag`: run today's rules over what is stored. It proposes; a person's decision stays."""

import argparse

from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.commands.poll import stop_on_signals
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import reader_of
from pipeline.flow.retagging import retag
from pipeline.flow.runs import recorded
from storage.engine import open_store
from storage.runs import status_counts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Read every stored message again, and say how many verdicts changed and how many now disagree with people."""
    settings = settings_of(args)
    set_up_logs(settings.log)
    house = house_of(args)
    stop = stop_on_signals()
    with (
        open_store(storage_url(settings, house)) as store,
        reader_of(settings, house) as reader,
        recorded(store, "retag", "", clock),
        ProgressBar() as bar,
    ):
        total = status_counts(store).messages
        done, changed = retag(store, reader, clock, stop, lambda seen, _: bar.show("retagging", seen, total))
        disagree = status_counts(store).disagrees
    print(f"Read {done} messages again: {changed} verdicts changed; {disagree} disagree with what a person decided.")
    return 0
