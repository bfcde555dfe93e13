"""When digests are due: from the settings, what was issued, what is held and the clock; without the renderers."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from digests.period import first_day, month_before, month_bounds, months_between, months_to, shifted
from pipeline.config import Settings
from pipeline.flow.schedule import LONDON
from storage.engine import Store
from storage.reports import first_held, issued_months


def months_due(store: Store, settings: Settings, account: str | None, now: datetime) -> tuple[str, ...]:
    """Name the months to issue now, over an account or (None) all: what the schedule issues and the alert asks for."""
    if issued := issued_months(store, account):
        return further_months(settings, issued, now)
    if not is_due(settings, now):
        return ()
    bounds = {month: month_bounds(month) for month in months_to(month_before(now), 2)}
    return first_months(
        settings, {month: first_held(store, each.start, each.end, account) for month, each in bounds.items()}
    )


def further_months(settings: Settings, issued: Collection[str], now: datetime) -> tuple[str, ...]:
    """Name the months to issue now where some were issued, each since the latest of them: pure."""
    last = month_before(now) if is_due(settings, now) else shifted(month_before(now), -1)
    return tuple(month for month in months_between(max(issued), last) if month not in issued)


def first_months(settings: Settings, held: Mapping[str, datetime | None]) -> tuple[str, ...]:
    """Name the months to issue where none was yet, out of the last two: pure.

    `held` says since when mail of each month is held, the last month last. A month is due with the first digest time
    after that. So a mailbox that is read for the first time in April owes nothing before May, when the job comes that
    issues March as well; and a frozen issue does not rest on a first poll that goes on.
    """
    at = digest_moment(settings, max(held))
    return tuple(
        month
        for month, since in held.items()
        if since is not None and since <= at and (month == max(held) or since > digest_moment(settings, month))
    )


def is_due(settings: Settings, now: datetime) -> bool:
    """Say whether the moment in this month at which last month's digest is made has come, in London."""
    return now >= digest_moment(settings, month_before(now))


def digest_moment(settings: Settings, month: str) -> datetime:
    """Give the moment at which a month's digest is made: on a day of the month after it, in London."""
    day = first_day(shifted(month, 1)).replace(day=settings.schedule.digest_day)
    hour, minute = (int(part) for part in settings.schedule.digest_time.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)
