"""Runs, what they counted, and how much there is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunOutcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # asked to end (SIGTERM), in good order
    LOST = "lost"  # the process died: found by a later run


@dataclass(frozen=True, kw_only=True, slots=True)
class RunCounts:
    """What a run did."""

    listed: int = 0
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    set_aside: int = 0
    too_large: int = 0
    gone: int = 0
    bytes_fetched: int = 0
    handed_out: int = 0  # to workers, who may still be at it


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of a job ("poll", "import", "digest", "reconcile", "retag") and how it ended."""

    id: int
    job: str
    account: str
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome
    counts: RunCounts
    error: str = ""  # of a run that went well: its warnings
    fault: str = ""  # the class of the error


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusCounts:
    """How much there is, and how much waits."""

    messages: int
    pending: int
    needs_person: int  # of the pending
    set_aside: int  # not yet released; the too large among them
    too_large: int
    disagrees: int  # decided, and today's rules say otherwise
    newest_arrived_at: datetime | None
