"""On which records the public editions of a month rest, so that no two of them give a small count away; pure.

A later edition keeps back what an earlier one kept back, and shows the earlier figures as long as fewer messages than
the threshold have come, gone or changed: a difference of one or two would be a small count itself.
"""

from collections.abc import Sequence

from digests.counting.coded import Coded


def public_bases(
    editions: Sequence[Sequence[Coded]], threshold: int, *, count_pending: bool
) -> tuple[tuple[Coded, ...], ...]:
    """Give for each edition of a month, first to last, the records that its public figures are made of."""
    bases: list[tuple[Coded, ...]] = []
    for coded in editions:
        settled = bases and changed(bases[-1], coded, count_pending=count_pending) < threshold
        bases.append(bases[-1] if settled else tuple(coded))
    return tuple(bases)


def changed(before: Sequence[Coded], after: Sequence[Coded], *, count_pending: bool) -> int:
    """Count the messages that have come, gone, or are counted otherwise."""
    old = {coded.id: _counts_as(coded, count_pending) for coded in before}
    new = {coded.id: _counts_as(coded, count_pending) for coded in after}
    return sum(old.get(message) != new.get(message) for message in old.keys() | new.keys())


def _counts_as(coded: Coded, count_pending: bool) -> tuple[object, ...]:
    """Give what figures see of a message; its thread's and sender's numbers hold within one digest alone."""
    counts = coded.is_users and (count_pending or coded.reviewed)
    if not counts:
        return (False,)
    tags = (sorted(coded.products), sorted(coded.uses), sorted(coded.channels))
    return (True, coded.user, *map(tuple, tags), coded.states_decision)
