"""The jobs of one deployment as values: their names and when they are due, from the settings alone."""

from pipeline.config import Settings
from pipeline.flow.schedule import Due, EachDay, EachMonth, EveryMinutes

POLL = "poll"
RECONCILE = "reconcile"
DIGEST = "digest"
ALERTS = "alerts"
RETENTION = "retention"
_RETENTION_DUE = EachDay(hour=4, minute=30)  # while nobody reviews
DELIVERY = "delivery"
DELIVERY_MINUTES = 30


def poll_name(mailbox: str) -> str:
    """Name the job that polls a mailbox."""
    return f"{POLL} {mailbox}"


def reconcile_name(mailbox: str) -> str:
    """Name the job that compares a mailbox with what is held of it."""
    return f"{RECONCILE} {mailbox}"


def due_times(settings: Settings) -> dict[str, Due]:
    """Give each job's due time, by name: polls, counts, the digest, its delivery, and the look for what is wrong."""
    boxes = settings.mailboxes.items()
    polls: dict[str, Due] = {poll_name(name): EveryMinutes(minutes=table.poll_minutes) for name, table in boxes}
    hour, minute = (int(part) for part in settings.schedule.reconcile_time.split(":"))
    polls |= {reconcile_name(name): EachDay(hour=hour, minute=minute) for name, _ in boxes}
    hour, minute = (int(part) for part in settings.schedule.digest_time.split(":"))
    digest = EachMonth(day=settings.schedule.digest_day, hour=hour, minute=minute)
    send: dict[str, Due] = {DELIVERY: EveryMinutes(minutes=DELIVERY_MINUTES)} if settings.delivers else {}
    alerts = EveryMinutes(minutes=settings.alerts.check_minutes)
    goes: dict[str, Due] = {RETENTION: _RETENTION_DUE} if settings.retention.raw_months else {}
    return {**polls, DIGEST: digest, **send, ALERTS: alerts, **goes}
