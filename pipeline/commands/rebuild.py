"""`statshop rebuild`: make everything again from raw messages, today's program and what people decided."""

import argparse

from pipeline.commands import large
from pipeline.commands.opening import accounts_left
from pipeline.commands.readers import reader_of
from pipeline.commands.words import many
from pipeline.jobs.calls import REBUILD
from storage.rebuilding import without_raw


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    large.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Rebuild, and say what changed; exit 1 when a message cannot be read any more: it stays as it was."""
    with large.at_work(args, reader_of) as at:
        done = large.read_all_again(at, REBUILD, "rebuilding")
        left = accounts_left(at.bench.store, at.bench.settings)
        kept = len(without_raw(at.bench.store))
    made, changed = done.counts.get("read", 0), done.counts.get("changed", 0)
    told = f"Made {many(made, 'message')} again: {many(changed, 'verdict')} changed."
    print(f"{told} Decisions stay as they were.{large.left_over(done)}")
    if kept:
        whose = "message is no longer held as received: its coded record stays as it was"
        print(f"{many(kept, whose, 'messages are no longer held as received: their coded records stay as they were')}.")
    if by_hand := done.counts.get("by_hand", 0):
        print(f"{many(by_hand, 'message')} filed by hand, which could never be read, stay as they were.")
    large.tell_left(done, left)
    return large.told_unread(done)
