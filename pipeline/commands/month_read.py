"""Whether a month's mail was read to its end: before, an issue would tell too little and call it all there was."""

from datetime import UTC, datetime

from digests.errors import MonthUnknown
from digests.period import month_bounds
from pipeline.commands.jobs import POLL
from pipeline.commands.opening import mailboxes_of
from pipeline.commands.renaming import name_in_runs
from pipeline.config import Settings
from pipeline.errors import MonthNotRead
from pipeline.mail.mailbox import MailboxSettings
from storage.alerts import first_run_at
from storage.boxes import KnownMailbox, known_mailboxes
from storage.engine import Store
from storage.reports import first_held, issues
from storage.runs import last_good_run

_EVER = datetime(1900, 1, 1, tzinfo=UTC)


def check_month_read(
    store: Store, settings: Settings, month: str, mailbox: str | None, *, again: bool, now: datetime
) -> None:
    """Raise what keeps a month, of a mailbox or over all, from being issued.

    That is `MonthUnknown` where nothing is held of it or of any time before, and `MonthNotRead` where a mailbox had no
    good poll since the month's end. A mailbox that was never polled, but filled by imports, has none to wait for. Of a
    month that is not over, or that has been issued, the issue itself says so.
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
        since = _read_until(store, box, known.get(box.account))
        if since is not None and since < end:
            raise MonthNotRead(box.name, month, None if since == _EVER else since)


def _read_until(store: Store, box: MailboxSettings, known: KnownMailbox | None) -> datetime | None:
    """Tell when the last good poll of a mailbox began, `_EVER` where none went well; None where none was ever run."""
    name = name_in_runs(box, known)
    good = last_good_run(store, POLL, name)
    if good is not None:
        return good.started_at
    return None if first_run_at(store, POLL, name) is None else _EVER
