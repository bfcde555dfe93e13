"""Months as statisticians mean them: London months, whose bounds are instants in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from digests.errors import NotAMonth
from storage.order import LONDON

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """From `start` (belongs to it) to `end` (does not): aware UTC instants."""

    start: datetime
    end: datetime


def month_of(at: datetime) -> str:
    """Give the London month of an instant: 31 March 23:30 UTC is "2011-04", for clocks have gone forward."""
    return f"{at.astimezone(LONDON):%Y-%m}"


def london_date(at: datetime) -> date:
    """Give the day on which an instant fell in London."""
    return at.astimezone(LONDON).date()


def month_bounds(month: str) -> Bounds:
    """Give the instants between which "2011-03" lies in London; raise NotAMonth for anything but a month."""
    return Bounds(start=_midnight(first_day(month)), end=_midnight(first_day(shifted(month, 1))))


def month_before(now: datetime) -> str:
    """Give the London month before the one that `now` falls in."""
    return shifted(month_of(now), -1)


def shifted(month: str, by: int) -> str:
    """Give the month that many months later (earlier when negative)."""
    day = first_day(month)
    number = day.year * 12 + day.month - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_to(month: str, count: int) -> tuple[str, ...]:
    """Give `count` months in order, of which the last is `month`."""
    return tuple(shifted(month, -back) for back in reversed(range(count)))


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Give every month from the first to the last, both included; none when they stand the wrong way round."""
    begin, end = first_day(first), first_day(last)
    return months_to(last, max(0, (end.year - begin.year) * 12 + end.month - begin.month + 1))


def first_day(month: str) -> date:
    """Give the first day of a month."""
    match = _MONTH.fullmatch(month)
    if match is None or not 1 < int(match[1]) < 9998:
        raise NotAMonth(month=month)
    return date(int(match[1]), int(match[2]), 1)


def last_day(month: str) -> date:
    """Give the last day of a month: the 29th in a February of a leap year."""
    return first_day(shifted(month, 1)) - timedelta(days=1)


def month_name(month: str) -> str:
    """Write a month for people: "March 2011"."""
    return f"{first_day(month):%B %Y}"


def day_name(day: date) -> str:
    """Write a day for people: "1 March 2011"."""
    return f"{day.day} {day:%B %Y}"


def span_in_names(first: str, last: str) -> str:
    """Write a run of months for the name of a file or folder: "2010-07-to-2011-06"; of one month "2011-03" alone."""
    return first if first == last else f"{first}-to-{last}"


def span_name(first: str, last: str) -> str:
    """Write a run of months for people, never with a dash: "July 2010 to June 2011"."""
    return month_name(first) if first == last else f"{month_name(first)} to {month_name(last)}"


def _midnight(day: date) -> datetime:
    """Give London's midnight as UTC: 23:00 of the day before while summer time lasts."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
