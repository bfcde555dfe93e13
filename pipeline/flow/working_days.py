"""Working days in England: not Saturday, not Sunday, no bank holiday. Pure.

The rules are those of the Banking and Financial Dealings Act 1971 and the proclamations under it, as GOV.UK lists them
(https://www.gov.uk/bank-holidays): a holiday on a Saturday or Sunday has a substitute on the next free weekday.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

_MONDAY = 0
_DAY = timedelta(days=1)

# Moved or added by royal proclamation.
_EARLY_MAY = {1995: date(1995, 5, 8), 2020: date(2020, 5, 8)}  # the 50th and 75th anniversary of VE Day
_SPRING = {2002: date(2002, 6, 4), 2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}  # jubilees
_ONCE = (
    date(1999, 12, 31),  # the millennium
    date(2002, 6, 3),  # the Golden Jubilee
    date(2011, 4, 29),  # a royal wedding
    date(2012, 6, 5),  # the Diamond Jubilee
    date(2022, 6, 3),  # the Platinum Jubilee
    date(2022, 9, 19),  # a state funeral
    date(2023, 5, 8),  # a coronation
)


def is_working_day(day: date) -> bool:
    """Say whether offices are open on a day."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days(first: date, last: date) -> Iterator[date]:
    """Give the working days from `first` to `last`, both included."""
    day = first
    while day <= last:
        if is_working_day(day):
            yield day
        day += _DAY


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Give the bank holidays of England and Wales in a year."""
    easter = easter_sunday(year)
    fixed = [
        easter - 2 * _DAY,
        easter + _DAY,
        _EARLY_MAY.get(year) or _monday_on_or_after(date(year, 5, 1)),
        _SPRING.get(year) or _monday_on_or_after(date(year, 5, 25)),
        _monday_on_or_after(date(year, 8, 25)),
        _substitute(date(year, 1, 1)),
    ]
    christmas = _substitute(date(year, 12, 25), taken=(date(year, 12, 26),))
    boxing_day = _substitute(date(year, 12, 26), taken=(christmas,))
    return frozenset([*fixed, christmas, boxing_day, *(day for day in _ONCE if day.year == year)])


def easter_sunday(year: int) -> date:
    """Give Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    leap_shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - century // 4 - leap_shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _monday_on_or_after(day: date) -> date:
    return day + ((_MONDAY - day.weekday()) % 7) * _DAY


def _substitute(day: date, taken: tuple[date, ...] = ()) -> date:
    """Give the day itself, or the next weekday that is free when it falls on a weekend."""
    if day.weekday() < 5:
        return day
    while day.weekday() >= 5 or day in taken:
        day += _DAY
    return day
