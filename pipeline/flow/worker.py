"""What workers are asked to do, by name: parsers and rules are imported there, and not in the process that asks."""

from datetime import datetime

from classifiers.verdict import Verdict
from pipeline.flow.readings import Reading, ReadingContext, Unread
from pipeline.mail.message import RawMessage


def prepare(context: ReadingContext, megabytes: int) -> None:
    """Make this process a worker (`pipeline.flow.reading`)."""
    from pipeline.flow import reading  # noqa: PLC0415  # the fork server has it; who asks can do without

    reading.prepare(context, megabytes)


def read_here(raw: RawMessage, now: datetime) -> Reading | Unread:
    """Read one message in a prepared worker."""
    from pipeline.flow import reading  # noqa: PLC0415  # as above

    return reading.read_here(raw, now)


def judge_here(raw: RawMessage, now: datetime) -> Verdict | Unread:
    """Say in a prepared worker what the rules say of one message."""
    from pipeline.flow import reading  # noqa: PLC0415  # as above

    return reading.judge_here(raw, now)
