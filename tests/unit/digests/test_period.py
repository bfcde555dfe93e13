"""Months are London months (F79)."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from digests.errors import NotAMonth
from digests.period import (
    first_day,
    last_day,
    month_before,
    month_bounds,
    month_name,
    month_of,
    months_between,
    months_to,
    shifted,
    span_in_names,
    span_name,
)


@pytest.mark.parametrize(
    ("at", "month"),
    [
        pytest.param(datetime(2011, 3, 31, 22, 59, 59, tzinfo=UTC), "2011-03", id="last second of March, summer time"),
        pytest.param(datetime(2011, 3, 31, 23, 30, tzinfo=UTC), "2011-04", id="F79: 31 March 23:30 UTC is April"),
        pytest.param(datetime(2010, 12, 31, 23, 59, 59, tzinfo=UTC), "2010-12", id="winter: London is UTC"),
        pytest.param(datetime(2011, 1, 1, tzinfo=UTC), "2011-01", id="new year"),
        pytest.param(datetime(2010, 10, 31, 0, 30, tzinfo=UTC), "2010-10", id="1:30am, the first time"),
        pytest.param(datetime(2010, 10, 31, 1, 30, tzinfo=UTC), "2010-10", id="1:30am, the second time"),
        pytest.param(datetime(2010, 10, 31, 23, 59, tzinfo=UTC), "2010-10", id="end of the day with 25 hours"),
        pytest.param(datetime(2012, 2, 29, 23, 59, tzinfo=UTC), "2012-02", id="leap day"),
    ],
)
def test_month_of_follows_london(at: datetime, month: str) -> None:
    assert month_of(at) == month


@pytest.mark.parametrize(
    ("month", "hours"),
    [
        pytest.param("2011-03", 31 * 24 - 1, id="clocks go forward"),
        pytest.param("2010-10", 31 * 24 + 1, id="clocks go back"),
        pytest.param("2011-02", 28 * 24, id="February"),
        pytest.param("2012-02", 29 * 24, id="leap February"),
        pytest.param("2010-12", 31 * 24, id="year's end"),
    ],
)
def test_month_bounds_hold_every_hour(month: str, hours: int) -> None:
    bounds = month_bounds(month)
    assert (bounds.end - bounds.start) == timedelta(hours=hours)


def test_month_bounds_meet_without_gap() -> None:
    months = months_to("2012-12", 36)
    assert all(month_bounds(a).end == month_bounds(b).start for a, b in itertools.pairwise(months))


def test_month_bounds_agree_with_month_of() -> None:
    for month in months_to("2012-12", 36):
        bounds = month_bounds(month)
        assert month_of(bounds.start) == month
        assert month_of(bounds.end - timedelta(microseconds=1)) == month


def test_month_before_at_the_turn_of_the_year_and_month() -> None:
    assert month_before(datetime(2011, 1, 1, tzinfo=UTC)) == "2010-12"
    assert month_before(datetime(2011, 3, 31, 23, 30, tzinfo=UTC)) == "2011-03"


def test_days_and_names() -> None:
    assert (first_day("2012-02"), last_day("2012-02")) == (date(2012, 2, 1), date(2012, 2, 29))
    assert last_day("2010-12") == date(2010, 12, 31)
    assert month_name("2011-03") == "March 2011"
    assert span_name("2010-07", "2011-06") == "July 2010 to June 2011"


def test_months_between_counts_both_ends() -> None:
    assert months_between("2010-11", "2011-02") == ("2010-11", "2010-12", "2011-01", "2011-02")
    assert months_between("2011-02", "2010-11") == ()
    assert shifted("2011-01", -13) == "2009-12"


@pytest.mark.parametrize(
    "words", ["2011-13", "2011-3", "March", "", "2011-03-01", "0000-01", "9999-12", "２０１１-03x"]
)
def test_month_bounds_refuse_what_is_no_month(words: str) -> None:
    with pytest.raises(NotAMonth, match="write the year and the month"):
        month_bounds(words)


def test_one_month_alone_is_named_once_in_names_of_files() -> None:
    assert span_in_names("2011-03", "2011-03") == "2011-03"
    assert span_in_names("2010-07", "2011-06") == "2010-07-to-2011-06"
