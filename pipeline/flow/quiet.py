"""Whether a mailbox is unusually quiet: what its working days bring beside what they used to bring. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.flow.working_days import working_days
from storage.order import LONDON

WEEKS_LEARNED = 8  # of a mailbox's rhythm
LEAST_DAYS_LEARNED = 15  # working days with which a mailbox must have been seen before we have an opinion
QUIET_DAYS = 5  # working days at most that are looked at together


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """So few messages came since a day, over so many working days, where so many were to be expected."""

    came: int
    since: date
    days: int
    expected: float


def quiet(arrivals: Mapping[date, int], chance: float, now: datetime) -> Quiet | None:
    """Compare the last working days, however many of them, with what their weekdays used to bring.

    What came today counts as well, so that the first message ends it. Weekends and bank holidays bring no expectation.
    `now` is the last good poll: what came after it nobody knows.
    """
    today = now.astimezone(LONDON).date()
    window_from = today - timedelta(days=2 * 7)
    usual = _usual(arrivals, window_from, today)
    if not usual:
        return None
    expected = 0.0
    recent = list(working_days(window_from, today - timedelta(days=1)))[-QUIET_DAYS:]
    for number, day in enumerate(reversed(recent), start=1):
        expected += usual.get(day.weekday(), 0.0)
        came = sum(count for other, count in arrivals.items() if day <= other <= today)
        if is_unusual(expected, came, chance):
            return Quiet(came=came, since=day, days=number, expected=expected)
    return None


def is_unusual(expected: float, came: int, chance: float) -> bool:
    """Say whether so few messages would come by chance (Poisson) more rarely than `chance`."""
    term = math.exp(-expected)
    total = term
    for number in range(1, came + 1):
        term *= expected / number
        total += term
    return total < chance


def _usual(arrivals: Mapping[date, int], before: date, today: date) -> dict[int, float]:
    """Give the mean of each weekday over the weeks before `before`, working days only; {} when too few are known.

    Its busiest one is left out: one campaign must not make every later week look quiet.
    """
    begun = min(arrivals, default=today)
    first = max(begun, before - timedelta(weeks=WEEKS_LEARNED))
    learned = list(working_days(first, before - timedelta(days=1)))
    if len(learned) < LEAST_DAYS_LEARNED:
        return {}
    by_weekday: dict[int, list[int]] = {}
    for day in learned:
        by_weekday.setdefault(day.weekday(), []).append(arrivals.get(day, 0))
    ordinary = {weekday: sorted(counts)[:-1] or counts for weekday, counts in by_weekday.items()}
    return {weekday: sum(counts) / len(counts) for weekday, counts in ordinary.items()}
