"""The jobs of one deployment as values: their names and when they are due, from the settings alone."""

from pipeline.config import Settings
from pipeline.flow.schedule import EachMonth, EveryMinutes

DIGEST = "digest"


def poll_name(mailbox: str) -> str:
    """Name the job that polls a mailbox."""
    return f"poll {mailbox}"


def due_times(settings: Settings) -> dict[str, EveryMinutes | EachMonth]:
    """Give each job's due time, by name: one poll a mailbox, and the digest."""
    polls = {poll_name(name): EveryMinutes(minutes=table.poll_minutes) for name, table in settings.mailboxes.items()}
    hour, minute = (int(part) for part in settings.schedule.digest_time.split(":"))
    return {**polls, DIGEST: EachMonth(day=settings.schedule.digest_day, hour=hour, minute=minute)}
