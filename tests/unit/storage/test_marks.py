"""What a filter asks of the marks of search, and the stretches of arrival."""

import itertools
from datetime import UTC, datetime

import pytest

from storage.marks import FEWEST, LEVELS, TIMES, arrived_between, asked_of_marks, looked_at_first
from storage.order import search_place
from storage.records import QueueFilter, ReviewState

BOTH = (ReviewState.PENDING, ReviewState.CORRECTED)


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ({}, ()),
        ({"words": "survey", "set_aside": True}, ()),
        ({"tags": (("product", "cohesion"), ("use", "other"))}, ("('t:product:cohesion')", "('t:use:other')")),
        ({"states": BOTH, "needs_person": False}, ("('s:pending' | 's:corrected')", "('n:0')")),
        ({"states": tuple(ReviewState)}, ()),
        ({"below_confidence": 0.25}, ("('c:0' | 'c:1' | 'c:2')",)),
        ({"folder": "O'Neill\\x", "month": "2011-03"}, ("('f:O''Neill\\\\x')", "('m:2011-03')")),
        ({"account": "a\0"}, ("('a:a\ufffd')",)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_filter_is_written_as_marks(chosen, asked):
    assert asked_of_marks(QueueFilter(**chosen)) == asked


def test_a_long_mark_is_its_digest():
    (asked,) = asked_of_marks(QueueFilter(rule="é" * 100))
    (other,) = asked_of_marks(QueueFilter(rule="é" * 101))
    assert len(asked) == len(other) == 70
    assert asked != other


def covered(first: int, last: int) -> set[int]:
    """Give the stretches of the first level that the marks between two of them stand for."""
    found: set[int] = set()
    for mark in arrived_between(first << 42, last << 42).strip("()").split(" | "):
        level, number = mark.strip("'").removeprefix("p").split(":")
        whole = TIMES ** int(level)
        found |= set(range(int(number) * whole, (int(number) + 1) * whole))
    return found


@pytest.mark.parametrize("first", [*range(-20, 20), 500, 511, 512])
def test_stretches_cover_a_time_and_nothing_beside(first):
    for length in (*range(1, 70), 511, 512, 513, 5000):
        assert covered(first, first + length - 1) == set(range(first, first + length))


def test_a_long_time_is_a_few_marks():
    moments = [datetime(year, 5, 17, tzinfo=UTC) for year in (1970, 1999, 2011, 2026, 2100)]
    for first, last in itertools.combinations(moments, 2):
        marks = arrived_between(search_place(first, 0), search_place(last, 0)).split(" | ")
        assert len(marks) <= 2 * (TIMES - 1) * LEVELS


def test_each_look_is_at_more_of_the_newest():
    bounds = list(range(0, 1_010_000, 10_000))
    assert looked_at_first(bounds, 1_000_000, 1_000_000) == [990_000, 960_000, 840_000, 360_000]
    assert looked_at_first(bounds, 1_000_000, 505_000) == [490_000, 460_000, 340_000]


@pytest.mark.parametrize(("bounds", "many"), [([], 0), ([], -1), ([5], 3), (list(range(101)), FEWEST)])
def test_few_messages_are_looked_at_all_at_once(bounds, many):
    assert looked_at_first(bounds, many, 10**9) == []
