"""Dates and times as people in London read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """Ask the clock: the page's default, replaced in tests."""
    return datetime.now(UTC)


def day(at: datetime) -> str:
    """Write a date: 3 February 2011."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


def moment(at: datetime) -> str:
    """Write a date and time the GOV.UK way: 3 February 2011, 9:14am."""
    local = at.astimezone(LONDON)
    return f"{day(at)}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def short_moment(at: datetime) -> str:
    """Write a date and time for a narrow column: 3 Feb 2011, 9:14am."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%b %Y}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def month_name(month: str) -> str:
    """Write a month given as "2011-03": March 2011."""
    return f"{datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=LONDON):%B %Y}"


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """Give the first moment of a London month and that of the next, in UTC."""
    year, number = int(month[:4]), int(month[5:7])
    start = datetime(year, number, 1, tzinfo=LONDON)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=LONDON)
    return start.astimezone(UTC), end.astimezone(UTC)
