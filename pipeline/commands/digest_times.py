"""When digests are due: from the settings, what was issued and the clock; without the renderers."""

from collections.abc import Collection
from datetime import datetime

from digests.period import month_before, month_bounds, months_between, shifted
from pipeline.config import Settings
from pipeline.flow.schedule import LONDON
from storage.engine import Store
from storage.reports import coverage


def months_due(settings: Settings, issued: Collection[str], now: datetime) -> tuple[str, ...]:
    """Name the months to issue now: pure."""
    last = month_before(now) if is_due(settings, now) else shifted(month_before(now), -1)
    if not issued:
        return (last,) if is_due(settings, now) else ()
    return tuple(month for month in months_between(max(issued), last) if month not in issued)


def has_mail(store: Store, month: str, account: str | None = None) -> bool:
    """Say whether anything arrived in a month, by an account or any."""
    bounds = month_bounds(month)
    return coverage(store, bounds.start, bounds.end, account).seen > 0


def is_due(settings: Settings, now: datetime) -> bool:
    """Say whether the moment in this month at which last month's digest is made has come, in London."""
    there = now.astimezone(LONDON)
    return (there.day, f"{there:%H:%M}") >= (settings.schedule.digest_day, settings.schedule.digest_time.zfill(5))
