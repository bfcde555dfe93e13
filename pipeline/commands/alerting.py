"""Alerts as the command, the schedule and the poll raise them: look, write down what changed, tell it once."""

import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from classifiers.keeping import ever_worked, mistakes_in
from pipeline.commands.digest_times import finals_waiting, months_due, with_digests
from pipeline.commands.jobs import POLL, RECONCILE
from pipeline.commands.opening import (
    clock,
    kept_rules,
    mailboxes_of,
    note_mailboxes,
    rule_folders,
    storage_url,
)
from pipeline.commands.renaming import move_files, name_in_runs, wrong_with_name
from pipeline.commands.words import sentence_of
from pipeline.config import Settings
from pipeline.errors import NobodyToTell, NoticeNotSent
from pipeline.flow.alerts import FINAL_WAITS, moment, news, troubles
from pipeline.flow.quiet import WEEKS_LEARNED
from pipeline.flow.runs import recorded
from pipeline.flow.trouble import AlertRules, News, Seen, SeenFolder, SeenMailbox, Trouble
from pipeline.glance import sqlite_file
from pipeline.jobs.calls import INGEST, LARGE
from pipeline.jobs.calls import POLL as POLL_JOBS
from pipeline.mail.mailbox import MailboxSettings
from pipeline.senders import MailSender, Notice, Sender, WebhookSender
from pipeline.smtp import server_of
from storage.alerts import (
    Alert,
    Beginning,
    arrivals_by_day,
    first_run_at,
    keep_news,
    mark_told,
    set_aside_since,
    standing_alerts,
    untold_alerts,
)
from storage.backups import backups
from storage.boxes import KnownMailbox, accounts_read, known_mailboxes
from storage.engine import Store, check_health
from storage.errors import ErasureKeyMissing, SchemaAhead, SchemaBehind
from storage.jobs import JobError, job_errors, left_waiting, living_workers, oldest_waiting
from storage.ledger import LedgerRow, last_counts
from storage.outdated import outdated
from storage.records import Run
from storage.runs import last_good_run, runs
from storage.tombstones import check_key

JOB = "alerts"
RUNS_LOOKED_AT = 20
MOST_UIDS = 200  # characters of them in an alert; the ledger names all
_LARGE = tuple(kind.queue for kind in LARGE.values())  # each waits until those before it, and much mail, are done
_DAYS_LOOKED_AT = timedelta(weeks=WEEKS_LEARNED + 2, days=1)

log = logging.getLogger(__name__)


def check_alerts(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[Trouble, ...]:
    """Look at everything, keep what began and ended, tell what is untold; give what is wrong now.

    A look that finds nothing new leaves no row. What cannot be sent is logged, and tried again at the next look; it is
    no reason to fail.
    """
    note_mailboxes(store, settings, now=now)
    move_files(settings, house)
    found = look(store, settings, house, now=now)
    if _news(store, found) or untold_alerts(store):
        with recorded(store, JOB, "", clock):
            changed = _news(store, found)  # another process may have been at it a moment ago
            begin = [Beginning(kind=one.kind.value, about=one.about, words=one.words) for one in changed.begin]
            keep_news(store, begin, changed.end, now=now)
            _tell(store, settings, now)
    return found


def _news(store: Store, found: Sequence[Trouble]) -> News:
    return news(found, [(alert.kind, alert.about) for alert in standing_alerts(store)])


def look(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[Trouble, ...]:
    """Say what is wrong now, without telling anybody."""
    return troubles(seen(store, settings, house, now=now), alert_rules(settings), now)


def seen(store: Store, settings: Settings, house: Path, *, now: datetime) -> Seen:
    """Gather what the alerts are decided upon. Where the schema is not ours, nothing else can be asked."""
    disks = {str(folder): shutil.disk_usage(folder).free for folder in folders_that_fill(settings, house)}
    try:
        check_health(store)
    except (SchemaBehind, SchemaAhead) as error:
        return Seen(schema=str(error), disks=disks)
    alive = living_workers(store) > 0
    return Seen(
        mailboxes=tuple(_seen_mailboxes(store, settings, now)),
        set_aside_today=set_aside_since(store, now - timedelta(days=1)),
        disks=disks,
        digests_missing=digests_missing(store, settings, now),
        digests_not_final=tuple(one.name for one in finals_waiting(store, settings, now - FINAL_WAITS)),
        erasure_key=_erasure_key(store),
        last_backup=max((made.made_at for made in backups(store)), default=None),
        rule_mistakes=_rule_mistakes(settings, house, worked=True),
        rules_never_read=_rule_mistakes(settings, house, worked=False),
        waiting_since=None if alive else oldest_waiting(store),
        left_waiting=left_waiting(store, patient=_LARGE, ahead=(INGEST.queue, *_LARGE)) if alive else {},
        outdated=outdated(store, now=now),
    )


def _erasure_key(store: Store) -> str:
    try:
        check_key(store)
    except ErasureKeyMissing as error:
        return str(error)
    return ""


def _rule_mistakes(settings: Settings, house: Path, *, worked: bool) -> tuple[str, ...]:
    """Give the mistakes in rules of one's own: of which earlier ones go on, or of which none can be used."""
    keep = kept_rules(settings, house)
    own = [folder for folder in rule_folders(settings, house) if folder is not None]
    return tuple(words for folder in own if ever_worked(folder, keep) is worked for words in mistakes_in(folder, keep))


def digests_missing(store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Name the months whose digest should have been issued some hours ago, and the mailbox where it is that one's."""
    then = now - timedelta(hours=settings.alerts.digest_late_hours)
    return tuple(
        f"{month}, {mailbox}" if mailbox else month
        for account, mailbox in with_digests(settings)
        for month in months_due(store, settings, account, then)
    )


def alert_rules(settings: Settings) -> AlertRules:
    """Give from when on something is worth telling, as the settings say."""
    alerts = settings.alerts
    return AlertRules(
        missed_intervals=alerts.missed_intervals,
        quiet_chance=alerts.quiet_chance,
        set_aside_a_day=alerts.set_aside_a_day,
        disk_free_bytes=alerts.disk_free_megabytes * 1_000_000,
    )


def senders_of(settings: Settings) -> tuple[Sender, ...]:
    """Give the ways to tell somebody that the settings name."""
    return tuple(_senders(settings))


def send_test(settings: Settings, *, now: datetime) -> int:
    """Send one notice by every way there is; raise what went wrong, or NobodyToTell. Gives how many ways there are."""
    ways = senders_of(settings)
    if not ways:
        raise NobodyToTell
    words = f"{settings.site.name} can tell you when something is wrong. Nothing is."
    notice = Notice(subject="StatShop: test of alerts", text=words, state="test", kind="test", about="", at=now)
    for way in ways:
        way.send(notice)
    return len(ways)


def tell(settings: Settings, alert: Alert, now: datetime) -> bool:
    """Tell by every way there is; True where it went out by one of them at least, or where there is none."""
    log.warning("%s: %s (%s)", alert.kind, alert.about, "over" if alert.ended_at else "began")
    ways = senders_of(settings)
    return not ways or _sent(ways, notice_of(alert, settings.site.name, now))


def notice_of(alert: Alert, site: str, now: datetime) -> Notice:
    """Write what to tell of an alert: that it began, that it is over, or both where nobody could be told before."""
    ended, both = alert.ended_at is not None, alert.ended_at is not None and not alert.told_began
    head = f"{alert.kind}: {alert.about}"
    text = f"{alert.words}\n\nSince {moment(alert.began_at)}" + (
        f" until {moment(alert.ended_at)}." if alert.ended_at else "."
    )
    if not ended:
        text += "\nYou will be told when it is over. What to do: docs/operate.md."
    return Notice(
        subject=f"StatShop: {'over: ' if ended else ''}{head}",
        text=f"{site}\n\n{text}",
        state="began and ended" if both else "ended" if ended else "began",
        kind=alert.kind,
        about=alert.about,
        at=now,
    )


def _tell(store: Store, settings: Settings, now: datetime) -> None:
    for alert in untold_alerts(store):
        if tell(settings, alert, now):
            mark_told(store, alert, now=now)


def _sent(ways: Iterable[Sender], notice: Notice) -> bool:
    done = False
    for way in ways:
        try:
            way.send(notice)
            done = True
        except NoticeNotSent as error:
            log.error("%s", sentence_of(error).words)
    return done


def _senders(settings: Settings) -> Iterator[Sender]:
    alerts = settings.alerts
    if alerts.recipients:
        yield MailSender(server=server_of(alerts), sender=alerts.sender, recipients=alerts.recipients)
    if webhook := alerts.webhook.get_secret_value():
        yield WebhookSender(address=webhook)


def _seen_mailboxes(store: Store, settings: Settings, now: datetime) -> Iterator[SeenMailbox]:
    arrivals = arrivals_by_day(store, now - _DAYS_LOOKED_AT)
    known, read = known_mailboxes(store), accounts_read(store)
    for box in mailboxes_of(settings):
        found = _seen_mailbox(store, settings, box, known.get(box.account), now)
        wrong = wrong_with_name(box, read, known)
        yield replace(found, arrivals=arrivals.get(box.account, {}), name_error=str(wrong or ""))


def _seen_mailbox(
    store: Store, settings: Settings, box: MailboxSettings, known: KnownMailbox | None, now: datetime
) -> SeenMailbox:
    name = name_in_runs(box, known)
    good = last_good_run(store, POLL, name)
    return SeenMailbox(
        name=box.name,
        interval=timedelta(minutes=settings.mailboxes[box.name].poll_minutes),
        runs=runs(store, now=now, job=POLL, account=name, limit=RUNS_LOOKED_AT),
        last_good=good,
        first_run_at=first_run_at(store, POLL, name),
        known_since=known.since if known else None,
        job_error=next((error.words for error in job_errors(store) if _kept_from_a_poll(error, name, good)), ""),
        last_count=_began(last_good_run(store, RECONCILE, name)),
        folders=tuple(_seen_folder(row) for row in last_counts(store) if _is_read(row, box)),
    )


def _kept_from_a_poll(error: JobError, mailbox: str, good: Run | None) -> bool:
    """Say whether a worker failed to poll a mailbox since its last good poll."""
    return (error.job, error.about) == (POLL_JOBS.queue, mailbox) and (good is None or error.at > good.started_at)


def _began(run: Run | None) -> datetime | None:
    return run.started_at if run else None


def _is_read(row: LedgerRow, box: MailboxSettings) -> bool:
    return row.account == box.account and row.folder in box.folders


def _seen_folder(row: LedgerRow) -> SeenFolder:
    return SeenFolder(
        folder=row.folder, missing=row.counts.missing, uids=row.uids.missing[:MOST_UIDS], counted_at=row.counted_at
    )


def folders_that_fill(settings: Settings, house: Path) -> tuple[Path, ...]:
    """Give the folders that must not run full, one a disk: the database's and the digests', where they are there."""
    database = sqlite_file(storage_url(settings, house))
    beside = (database.parent,) if database else ()
    there = [folder for folder in (*beside, house / settings.digests.folder, house) if folder.is_dir()]
    return tuple({folder.stat().st_dev: folder for folder in reversed(there)}.values())
