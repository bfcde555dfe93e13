"""`statshop retag`: run today's rules over what is stored. It proposes; a person's decision stays."""

import argparse

from pipeline.commands import large
from pipeline.commands.opening import accounts_left
from pipeline.commands.readers import reader_of
from pipeline.commands.words import many
from pipeline.jobs.calls import RETAG
from storage.runs import status_counts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    large.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Read every stored message again, and say how many verdicts changed and how many now disagree with people.

    Exit 1 when a message cannot be read any more: it keeps its verdict.
    """
    with large.at_work(args, reader_of) as at:
        done = large.read_all_again(at, RETAG, "retagging")
        left = accounts_left(at.bench.store, at.bench.settings)
        disagree = status_counts(at.bench.store).disagrees
    print(
        f"Read {many(done.counts.get('read', 0), 'message')} again: "
        f"{many(done.counts.get('changed', 0), 'verdict')} changed; "
        f"{disagree:,} disagree with what a person decided.{large.left_over(done)}"
    )
    large.tell_left(done, left)
    return large.told_unread(done)
