"""Polling as the commands and the schedule do it: one mailbox, under its lock, as a run that leaves a row."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.commands.opening import clock
from pipeline.commands.renaming import check_name
from pipeline.flow.alerts import may_sign_in_again
from pipeline.flow.plan import Batch
from pipeline.flow.poll import Parts, Poll, Progress
from pipeline.flow.reader import Reader
from pipeline.flow.retry import retry_set_aside
from pipeline.flow.runs import recorded, unless_stopped
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import FolderStatus, MailboxSettings
from pipeline.masking import without_addresses
from storage.engine import Store
from storage.records import RunCounts, RunOutcome
from storage.runs import runs

JOB = "poll"
_RUNS_LOOKED_AT = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Polled:
    """What one poll did, and what its user should know."""

    mailbox: str
    counts: RunCounts
    stopped: bool
    warnings: tuple[str, ...] = ()


def poll_mailbox(
    store: Store,
    reader: Reader,
    settings: MailboxSettings,
    *,
    tries: int,
    stop: threading.Event,
    told: Callable[[Progress], None],
    accept_shrunken_folder: bool = False,
    hand_out: Callable[[FolderStatus, Sequence[Batch]], None] | None = None,
) -> Polled:
    """Poll one mailbox and try again what was set aside. Raises what stopped it, after the row is written.

    The row of a poll that went well keeps its warnings: `status`, the page and the alerts read them there.
    """
    parts = Parts(
        store=store,
        reader=reader,
        clock=clock,
        stop=stop,
        told=told,
        tries=tries,
        accept_shrunken_folder=accept_shrunken_folder,
        hand_out=hand_out,
    )
    poll = Poll(settings, parts, lambda: ImapMailbox(settings))
    with recorded(store, JOB, settings.name, clock) as run:
        try:
            check_name(store, settings)
            reader.admit(settings.account)
            with unless_stopped(stop):
                retry_set_aside(store, reader, settings.account, tries=tries, now=clock())
                poll.run()
        finally:
            run.counts = poll.counts
            run.words = " ".join(dict.fromkeys(map(without_addresses, poll.warnings)))
            if stop.is_set():
                run.outcome = RunOutcome.STOPPED
    return Polled(mailbox=settings.name, counts=poll.counts, stopped=stop.is_set(), warnings=tuple(poll.warnings))


def is_held_back(store: Store, mailbox: str) -> bool:
    """Say whether a mailbox refused the sign-in so lately that nobody but a person should try it again."""
    return not may_sign_in_again(runs(store, job=JOB, account=mailbox, limit=_RUNS_LOOKED_AT), clock())
