"""Where a message stands: its London month, its rank in the queue, its place in search. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from storage.records import ReviewState

LONDON = ZoneInfo("Europe/London")
DISPUTED, NEEDS_PERSON, PENDING, DECIDED = 3, 2, 1, 0
RANKS = (DISPUTED, NEEDS_PERSON, PENDING, DECIDED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBERS = 24  # bits of a place that tell messages of one second apart


def london_month(at: datetime) -> str:
    """Give the month of a moment in London, as "2011-03"."""
    try:
        at = at.astimezone(LONDON)
    except OverflowError:  # at the very ends of the calendar, where no clock change was ever
        at = at.astimezone(UTC)
    return f"{at.year:04}-{at.month:02}"


def month_bounds(month: str) -> tuple[datetime, datetime] | None:
    """Give the first moment of a London month ("2011-03") and that of the next; None for what is no month."""
    try:
        start = datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=LONDON)
        after = datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=LONDON)
        return start.astimezone(UTC), after.astimezone(UTC)
    except (ValueError, OverflowError):  # or at the very ends of the calendar
        return None


def queue_rank(state: str, asks: bool, disputed: bool = False) -> int:
    """Give the rank of a message in the queue; higher ones come first.

    It `asks` for a person by need or by lot; it is `disputed` where past decisions suggest other tags than the rules.
    """
    if state != ReviewState.PENDING:
        return DECIDED
    if disputed:
        return DISPUTED
    return NEEDS_PERSON if asks else PENDING


def search_place(arrived_at: datetime, message_id: int) -> int:
    """Give a number that sorts messages by arrival, so that search can walk its index from the newest on."""
    seconds = (arrived_at - _EPOCH).days * 86400 + (arrived_at - _EPOCH).seconds
    return (seconds << _NUMBERS) + message_id % (1 << _NUMBERS)
