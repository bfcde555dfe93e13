"""Whether a month's mail was read to its end: before, an issue would tell too little and call it all there was."""

from datetime import UTC, datetime

from digests.errors import MonthUnknown
from digests.period import month_bounds
from pipeline.commands.jobs import POLL
from pipeline.commands.opening import mailboxes_of
from pipeline.commands.renaming import name_in_runs
from pipeline.config import Settings
from pipeline.errors import MonthNotRead
from storage.alerts import first_run_at
from storage.boxes import known_mailboxes
from storage.engine import Store
from storage.reports import first_held, issues
from storage.runs import last_good_run

_EVER = datetime(1900, 1, 1, tzinfo=UTC)


def check_month_read(
    store: Store, settings: Settings, month: str, mailbox: str | None, *, again: bool, now: datetime
) -> None:
    """Raise what keeps a month, of a mailbox or over all, from being issued.

    That is `MonthUnknown` where nothing is held of it or of any time before, and `MonthNotRead` where a mailbox had no
    good poll since the month's end, or only such as handed its mail to workers, who may still be at it. A mailbox that
    was never polled, but filled by imports, has none to wait for. Of a month that is not over, or that has been issued,
    the issue itself says so.
    """
    boxes, end = mailboxes_of(settings, mailbox), month_bounds(month).end
    account = boxes[0].account if mailbox else None
    is_issued = bool(issues(store, month, account))
    if now < end or (is_issued and not again):
        return
    if not is_issued and first_held(store, _EVER, end, account) is None:
        raise MonthUnknown(month=month)
    known = known_mailboxes(store)
    for box in boxes:
        name = name_in_runs(box, known.get(box.account))
        if first_run_at(store, POLL, name) is not None and last_good_run(store, POLL, name, since=end) is None:
            good = last_good_run(store, POLL, name)
            raise MonthNotRead(box.name, month, good.started_at if good else None, month_end=end)
