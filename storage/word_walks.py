"""How to go through what a search found: along its words from the newest on, narrowed by what else is asked for.

What narrows is listed first, where it is not common, as places among the words: to look up each message that FTS5 found
in its own row, its tags and its rules costs several times what the list does. PostgreSQL goes as `ts_walks` says.
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


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter as the messages that pass it, those of other ranks left out, and as a condition on each found."""

    numbers: Select[Any]
    condition: ColumnElement[bool]
    on_message: bool = False


def walk_along_words(do: Do, chosen: QueueFilter) -> Walk:
    """Choose how SQLite walks along the words that are searched for."""
    fewest, listed, others = sorted_out(do, chosen, LISTED)
    number, own = m.search_text.c.message_id, on_row(chosen)
    joins, alone = bool(own) or any(one.on_message for one in others), not (own or others)
    if fewest < FEW_WORDS:
        words, alone = among_found(chosen.words), False
        first: list[ColumnElement[bool]] = [number.in_(one.numbers) for one in listed]
    else:
        words = searched(chosen.words, on_postgresql=False, joined=not alone)
        first = [lies_among(all_of(listed))] if listed else []
    source = words.source.join(m.message, number == m.message.c.id) if joins else words.source
    rest = (*in_month(chosen, words.place), *own, *(one.condition for one in others))
    arm = Arm(source, (words.place,), (*first, words.found, *rest))
    return Walk((arm,), by_place=True, number=None if alone else number)


def sorted_out(do: Do, chosen: QueueFilter, most: int) -> tuple[int, list[Narrowing], list[Narrowing]]:
    """Give how many pass the rarest, what fewer than `most` pass, and what is asked of each message that is found."""
    counted = [(bounded(do, one.numbers, most), one) for one in narrowings(chosen)]
    listed = [one for many, one in counted if many < most]
    if not listed and (states := states_of(chosen)):
        counted = [(bounded(do, one.numbers, most), one) for one in states] + counted
        listed = [one for many, one in counted if many < most]
    others = [one for _, one in counted if one not in listed]
    return min((many for many, _ in counted), default=most), listed, others


def narrowings(chosen: QueueFilter) -> list[Narrowing]:
    """Give the tags, the rule and the confidence that are asked for."""
    number, row = m.search_text.c.message_id, m.message.c
    found = [Narrowing(having(chosen, mark), mark.carried_by((number,))) for mark in marks_of(chosen)]
    if chosen.below_confidence is not None:
        found.append(Narrowing(unsure_ones(chosen), row.confidence < chosen.below_confidence, on_message=True))
    return found


def states_of(chosen: QueueFilter) -> list[Narrowing]:
    """Give what the ranks narrow to; whatever else is listed is of these ranks already."""
    of_rank = ranks(chosen, m.message.c.queue_rank)
    return [Narrowing(select(m.message.c.id).where(*of_rank), and_(*of_rank), on_message=True)] if of_rank else []


def on_row(chosen: QueueFilter) -> list[ColumnElement[bool]]:
    """Give what is asked of the message's own row, but for its month, which its place says, and its confidence."""
    return on_message(replace(chosen, month="", below_confidence=None))


def all_of(listed: Sequence[Narrowing]) -> Any:
    """Give the messages that pass all of some filters."""
    first, *others = (one.numbers for one in listed)
    return intersect(first, *others) if others else first


def in_month(chosen: QueueFilter, place: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Narrow places to a month."""
    if not chosen.month:
        return []
    bounds = month_bounds(chosen.month)
    return [place >= search_place(bounds[0], 0), place < search_place(bounds[1], 0)] if bounds else [false()]
