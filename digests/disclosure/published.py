"""On which records the public editions of a month rest, so that no two of them give a small count away; pure.

A later edition keeps back what an earlier one kept back, and shows the earlier figures as long as fewer messages than
the threshold have come, gone or changed: a difference of one or two would be a small count itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from digests.counting.coded import Coded


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """The records of an edition, and by which settings it was made: they may have changed since."""

    coded: tuple[Coded, ...]
    counts_pending: bool
    small_count_below: int


def public_bases(editions: Sequence[Basis]) -> tuple[Basis, ...]:
    """Give for each edition of a month, first to last, the records that its public figures are made of."""
    bases: list[Basis] = []
    for edition in editions:
        settled = bases and changed(bases[-1], edition) < edition.small_count_below
        bases.append(bases[-1] if settled else edition)
    return tuple(bases)


def changed(before: Basis, after: Basis) -> int:
    """Count the messages that have come, gone, or are counted otherwise."""
    old = {coded.id: _counts_as(coded, before.counts_pending) for coded in before.coded}
    new = {coded.id: _counts_as(coded, after.counts_pending) for coded in after.coded}
    return sum(old.get(message) != new.get(message) for message in old.keys() | new.keys())


def _counts_as(coded: Coded, count_pending: bool) -> tuple[object, ...]:
    """Give what figures see of a message; its thread's and sender's numbers hold within one digest alone."""
    counts = coded.is_users and (count_pending or coded.reviewed)
    if not counts:
        return (False,)
    tags = (sorted(coded.products), sorted(coded.uses), sorted(coded.channels))
    return (True, coded.user, *map(tuple, tags), coded.states_decision)
