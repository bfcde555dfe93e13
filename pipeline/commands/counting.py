"""Reconciliations as the command and the schedule do them: one mailbox, as a run that leaves a row."""

import threading
from dataclasses import replace
from datetime import datetime

from pipeline.commands.opening import clock
from pipeline.commands.renaming import check_name
from pipeline.flow.poll import Parts
from pipeline.flow.reader import Reader
from pipeline.flow.reconcile import Reconciliation
from pipeline.flow.runs import recorded, unless_stopped
from pipeline.flow.schedule import Due, EachDay
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import Store
from storage.ledger import LedgerRow
from storage.order import LONDON
from storage.records import Run, RunOutcome

JOB = "reconcile"


def count_mailbox(
    store: Store, reader: Reader, settings: MailboxSettings, *, tries: int, stop: threading.Event
) -> tuple[LedgerRow, ...]:
    """Compare one mailbox with what is held of it, fetch what is missing, and give the ledger's new lines."""
    parts = Parts(store=store, reader=reader, clock=clock, stop=stop, told=lambda progress: None, tries=tries)
    work = Reconciliation(settings, parts)
    with recorded(store, JOB, settings.name, clock) as run:
        try:
            check_name(store, settings)
            reader.admit(settings.account)
            with unless_stopped(stop), ImapMailbox(settings) as mailbox:
                try:
                    work.run(mailbox)
                finally:
                    work.counts = replace(work.counts, bytes_fetched=mailbox.bytes_received)
        finally:
            run.counts = work.counts
            if stop.is_set():
                run.outcome = RunOutcome.STOPPED
    return tuple(work.rows)


def was_missed(due: Due, last: Run | None, now: datetime) -> bool:
    """Say whether a nightly count should have run since the last one: pure. A first one waits for its night (F43)."""
    if last is None or not isinstance(due, EachDay):
        return False
    there = now.astimezone(LONDON)
    todays = there.replace(hour=due.hour, minute=due.minute, second=0, microsecond=0)
    return (now - last.started_at).days >= 1 or last.started_at < todays <= now
