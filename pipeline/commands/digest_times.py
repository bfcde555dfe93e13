"""When digests are due: from the settings, what was issued, what is held and the clock; without the renderers."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from digests.digest import Status
from digests.period import first_day, month_before, month_bounds, months_between, shifted
from pipeline.commands.opening import mailbox_names
from pipeline.config import Settings
from review.callables import FinalDue
from storage.engine import Store
from storage.order import LONDON
from storage.reports import first_held, first_issued, issue_statuses

_MONTHS_LOOKED_AT = 12  # who begins or goes on with digests later is not sent years of them


def months_due(store: Store, settings: Settings, account: str | None, now: datetime) -> tuple[str, ...]:
    """Name the months to issue now, over an account or (None) all: what the schedule issues and the alert asks for."""

    def held(month: str) -> datetime | None:
        bounds = month_bounds(month)
        return first_held(store, bounds.start, bounds.end, account)

    over_all = first_issued(store, None)
    return due_months(settings, over_all if account is None else first_issued(store, account), over_all, held, now)


def is_digest_due(store: Store, settings: Settings, now: datetime) -> bool:
    """Tell whether a digest is still to be issued, over all mailboxes or over one that has its own."""
    return any(months_due(store, settings, account, now) for account, _ in with_digests(settings))


def due_months(
    settings: Settings,
    issued: Mapping[str, datetime],
    over_all: Mapping[str, datetime],
    held: Callable[[str], datetime | None],
    now: datetime,
) -> tuple[str, ...]:
    """Name the months to issue by what was known at the latest digest time, up to its month: pure.

    They are those after the latest issue, up to a year back; before the first, from the earliest month owed. An empty
    month among them is issued too. An issue made more than a year after its month is of an archive: none follows it.
    `issued` and `over_all` say when a month was first issued, for whom it is asked and over all mailboxes; `held` says
    since when mail of a month is held. What is issued by hand or read for the first time since that digest time brings
    no month before the next: the schedule does not come earlier, so nobody is told of one either.
    """
    last = last_month(settings, now)
    first = _after_issues(issued, digest_moment(settings, last), last) or _first_owed(settings, over_all, held, last)
    return () if first is None else tuple(m for m in months_between(first, last) if m > max(issued, default=""))


def finals_due(settings: Settings, statuses: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """Name the months of which an issue made now would be final, while the newest is provisional: pure.

    `statuses` are those of each month's newest issue. Nobody but a person issues them: statshop digest MONTH --issue
    --again.
    """
    later = settings.digests.final_after_months
    return tuple(
        month
        for month, status in sorted(statuses.items())
        if status == Status.PROVISIONAL and now >= month_bounds(shifted(month, later)).end
    )


def with_digests(settings: Settings) -> tuple[tuple[str | None, str], ...]:
    """Give the accounts, and their names, that there are digests of: first None, "" for all mailboxes together."""
    return ((None, ""), *(mailbox_names(settings).items() if settings.digests.per_mailbox else ()))


def finals_waiting(store: Store, settings: Settings, now: datetime) -> tuple[FinalDue, ...]:
    """Give the months that could be issued as final ones now, over all mailboxes and over each that has its own."""
    found = (
        FinalDue(month=month, mailbox=mailbox)
        for account, mailbox in with_digests(settings)
        for month in finals_due(settings, issue_statuses(store, account), now)
    )
    return tuple(sorted(found, key=lambda one: one.month))


def last_month(settings: Settings, now: datetime) -> str:
    """Name the last month whose digest time has come."""
    month = month_before(now)
    return month if now >= digest_moment(settings, month) else shifted(month, -1)


def _after_issues(issued: Mapping[str, datetime], moment: datetime, last: str) -> str | None:
    known = [month for month, at in issued.items() if at <= moment and at < _archived(month)]
    return max(shifted(max(known), 1), _earliest(last)) if known else None


def _archived(month: str) -> datetime:
    """Give the moment from which an issue of a month is of an archive, and not the first of a run."""
    return month_bounds(shifted(month, _MONTHS_LOOKED_AT)).end


def _earliest(last: str) -> str:
    return shifted(last, 1 - _MONTHS_LOOKED_AT)


def _first_owed(
    settings: Settings, over_all: Mapping[str, datetime], held: Callable[[str], datetime | None], last: str
) -> str | None:
    """Name the first month that was last month, or the month before it, at a digest time at which its mail was held.

    A mailbox begins no earlier than the latest month issued over all: else those whose digests are asked for later
    would begin with months long past.
    """
    known = [month for month, at in over_all.items() if at <= digest_moment(settings, last)]
    for month in months_between(max([*known, _earliest(last)]), last):
        since = held(month)
        if since is not None and since <= digest_moment(settings, min(shifted(month, 1), last)):
            return month
    return None


def digest_moment(settings: Settings, month: str) -> datetime:
    """Give the moment at which a month's digest is made: on a day of the month after it, in London."""
    day = first_day(shifted(month, 1)).replace(day=settings.schedule.digest_day)
    hour, minute = (int(part) for part in settings.schedule.digest_time.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)
