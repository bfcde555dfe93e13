"""How to go through what a search found: along its words from the newest on, narrowed by what else is asked for.

What narrows is listed first, where it is not common. On SQLite it is listed as places among the words: to look up each
message that was found in its own row, its tags and its rules costs several times what the list does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, intersect, select

from storage import models as m
from storage.narrowing import having, marks_of, on_message, ranks
from storage.order import month_bounds, search_place
from storage.records import QueueFilter
from storage.search import among_found, lies_among, searched
from storage.walks import Arm, Do, Walk, bounded, unsure_ones

FEW_WORDS = 4_000  # so many are worth looking up among the words one by one
LISTED = 250_000  # so many are worth listing before SQLite walks along the words
SOUGHT = 100_000  # of so many PostgreSQL seeks those with the words; of more it walks from the newest on


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """A filter as the messages that pass it, those of other ranks left out, and as a condition on each found."""

    numbers: Select[Any]
    condition: ColumnElement[bool]
    on_message: bool = False


def walk_along_words(do: Do, chosen: QueueFilter, *, on_postgresql: bool) -> Walk:
    """Choose how to walk along the words that are searched for."""
    fewest, listed, others = _sorted_out(do, chosen, SOUGHT if on_postgresql else LISTED)
    number, own = m.search_text.c.message_id, on_message(replace(chosen, month="", below_confidence=None))
    on_row, alone = bool(own) or any(one.on_message for one in others), not (own or others)
    if fewest < FEW_WORDS or (listed and on_postgresql):
        words, alone = among_found(chosen.words, on_postgresql=on_postgresql), False
        first: list[ColumnElement[bool]] = [number.in_(one.numbers) for one in listed]
    else:
        words = searched(chosen.words, on_postgresql=on_postgresql, joined=not alone)
        first = [lies_among(_all_of(listed))] if listed else []
    source = words.source.join(m.message, number == m.message.c.id) if on_row else words.source
    rest = (*_in_month(chosen, words.place), *own, *(one.condition for one in others))
    known = None if alone and not on_postgresql else number
    # PostgreSQL would look at every message from the newest on, for want of knowing how few have both.
    sorts = bool(listed) and on_postgresql
    key = words.place + 0 if sorts else words.place
    return Walk((Arm(source, (key,), (*first, words.found, *rest)),), by_place=True, number=known, sorts=sorts)


def _sorted_out(do: Do, chosen: QueueFilter, most: int) -> tuple[int, list[_Narrowing], list[_Narrowing]]:
    """Give how many pass the rarest, what fewer than `most` pass, and what is asked of each message that is found."""
    counted = [(bounded(do, one.numbers, most), one) for one in _narrowings(chosen)]
    listed = [one for many, one in counted if many < most]
    if not listed and (states := _states(chosen)):
        counted = [(bounded(do, one.numbers, most), one) for one in states] + counted
        listed = [one for many, one in counted if many < most]
    others = [one for _, one in counted if one not in listed]
    return min((many for many, _ in counted), default=most), listed, others


def _narrowings(chosen: QueueFilter) -> list[_Narrowing]:
    number, row = m.search_text.c.message_id, m.message.c
    found = [_Narrowing(having(chosen, mark), mark.carried_by((number,))) for mark in marks_of(chosen)]
    if chosen.below_confidence is not None:
        found.append(_Narrowing(unsure_ones(chosen), row.confidence < chosen.below_confidence, on_message=True))
    return found


def _states(chosen: QueueFilter) -> list[_Narrowing]:
    """Give what the ranks narrow to; whatever else is listed is of these ranks already."""
    of_rank = ranks(chosen, m.message.c.queue_rank)
    return [_Narrowing(select(m.message.c.id).where(*of_rank), and_(*of_rank), on_message=True)] if of_rank else []


def _all_of(listed: Sequence[_Narrowing]) -> Any:
    first, *others = (one.numbers for one in listed)
    return intersect(first, *others) if others else first


def _in_month(chosen: QueueFilter, place: ColumnElement[int]) -> list[ColumnElement[bool]]:
    if not chosen.month:
        return []
    bounds = month_bounds(chosen.month)
    return [place >= search_place(bounds[0], 0), place < search_place(bounds[1], 0)] if bounds else [false()]
