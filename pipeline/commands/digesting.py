"""Digests as the command, the schedule and the demo make them: the month, its files, and a row of the run."""

import argparse
from datetime import datetime
from pathlib import Path

from classifiers.catalogue import Catalogue, load_catalogue
from classifiers.keeping import working_rules
from classifiers.rulebook import rules_version
from digests.issues.locked import locked
from digests.make import finish_publishing, make_digest, publish, write_draft
from digests.options import DigestOptions
from digests.render.files import FORMATS
from pipeline.commands.digest_times import months_due
from pipeline.commands.month_read import check_month_read
from pipeline.commands.opening import (
    clock,
    joined_catalogue,
    kept_rules,
    mailboxes_of,
    page_address,
    rule_folders,
    rules_folder,
)
from pipeline.commands.renaming import check_name, move_files
from pipeline.config import Settings
from pipeline.errors import MonthNotRead
from pipeline.flow.runs import recorded
from storage.engine import Store

JOB = "digest"
_NUMBER = "/digests/{month}/number?issue={issue}&mailbox={account}&table={table}&row={row}&column={column}"


def make_month(
    store: Store,
    settings: Settings,
    house: Path,
    month: str,
    *,
    now: datetime,
    issue: bool = False,
    again: bool = False,
    replacing: int | None = None,
    mailbox: str | None = None,
    who: str = "",
) -> tuple[Path, ...]:
    """Make one month's digest and write its files below the digests folder; with `issue` freeze it (`again`: anew).

    It goes over all mailboxes, or over the one that is named: that one's lie in a folder of its name. From the reading
    of the quotes until the files lie in their place no quote is withdrawn from files: who withdraws one waits.
    Raises `MonthUnknown` or `MonthNotRead` where an issue would say too little.
    `replacing` and `who` are as `publish` takes them.
    """
    options, catalogue = digest_options(settings, mailbox), catalogue_of(settings, house, mailbox)
    version, folder = rules_version(rules_of(settings, house, mailbox)), digest_folder(settings, house, mailbox)
    if mailbox:
        check_name(store, mailboxes_of(settings, mailbox)[0])
        move_files(settings, house)
    if issue:
        check_month_read(store, settings, month, mailbox, again=again, now=now)
    with recorded(store, JOB, mailbox or "", clock), locked(digest_folder(settings, house)):
        finish_publishing(store, folder, options)  # if an earlier call died in between
        if issue:
            return publish(
                store,
                catalogue,
                month,
                options,
                folder=folder,
                now=now,
                again=again,
                replacing=replacing,
                rules_version=version,
                who=who,
                formats=formats_of(settings),
            ).paths
        draft = make_digest(store, catalogue, month, options, now=now, rules_version=version)
        return write_draft(draft, folder, options, formats=formats_of(settings))


def make_due_digests(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[str, ...]:
    """Issue what is due: last month if its day has come, and before it each month missed (F43).

    Over all mailboxes, and over each by itself where the settings say so, month by month: what an edition keeps back
    rests on those before it. Gives the months issued over all. A mailbox that was not read to a month's end holds up
    its own digests and those over all, no others; the first `MonthNotRead` is raised when the others are made.
    """
    for mailbox in (None, *settings.mailboxes):
        _finish(store, settings, house, mailbox)
    each = tuple(settings.mailboxes) if settings.digests.per_mailbox else ()
    due = {mailbox: _due(store, settings, mailbox, now) for mailbox in (None, *each)}
    waiting: dict[str | None, MonthNotRead] = {}
    for month in sorted({month for months in due.values() for month in months}):
        for mailbox, months in due.items():
            if month in months and mailbox not in waiting:
                try:
                    make_month(store, settings, house, month, now=now, issue=True, mailbox=mailbox)
                except MonthNotRead as error:
                    waiting[mailbox] = error
    if waiting:
        raise next(iter(waiting.values()))
    return due[None]


def _due(store: Store, settings: Settings, mailbox: str | None, now: datetime) -> tuple[str, ...]:
    return months_due(store, settings, digest_options(settings, mailbox).account, now)


def _finish(store: Store, settings: Settings, house: Path, mailbox: str | None) -> None:
    with locked(digest_folder(settings, house)):
        finish_publishing(store, digest_folder(settings, house, mailbox), digest_options(settings, mailbox))


def rules_of(settings: Settings, house: Path, mailbox: str | None) -> Path | None:
    """Give the rules in use of a mailbox, or of all that have none of their own; None for the packaged ones.

    Raises `RulesUnreadable` where those of one's own have mistakes and none worked before.
    """
    own = settings.mailboxes[mailbox].rules if mailbox else None
    return _in_use(settings, house, rules_folder(settings, house) if own is None else house / own)


def _in_use(settings: Settings, house: Path, folder: Path | None) -> Path | None:
    """Give the copy that reading uses: a bad edit changes no digest."""
    return None if folder is None else working_rules(folder, kept_rules(settings, house)).folder


def digest_folder(settings: Settings, house: Path, mailbox: str | None = None) -> Path:
    """Give the folder of the digests over all mailboxes, or of those over one."""
    folder = house / settings.digests.folder
    return folder / mailbox if mailbox else folder


def catalogue_of(settings: Settings, house: Path, mailbox: str | None = None) -> Catalogue:
    """Give the catalogue of a mailbox's rules in use; over all mailboxes, of the settings' and what others add."""
    if mailbox:
        return load_catalogue(rules_of(settings, house, mailbox))
    return joined_catalogue(_in_use(settings, house, folder) for folder in rule_folders(settings, house))


def formats_of(settings: Settings) -> tuple[str, ...]:
    """Name the formats that are written."""
    return (*FORMATS, "pdf") if settings.digests.pdf else FORMATS


def run_of_months(parser: argparse.ArgumentParser) -> None:
    """Declare the first and the last month of a run."""
    parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM", help="the first month")
    parser.add_argument("--to", dest="last", required=True, metavar="YYYY-MM", help="the last month")


def engagement_folder(settings: Settings, house: Path) -> Path:
    """Give the folder of invitations and agendas."""
    return house / settings.digests.folder / "engagement"


def digest_options(settings: Settings, mailbox: str | None = None) -> DigestOptions:
    """Give the digest's options, as the settings name them. Raises `NoSuchMailbox`."""
    beside = settings.digests.per_mailbox or mailbox is not None
    return DigestOptions(
        account=mailboxes_of(settings, mailbox)[0].account if mailbox else None,
        mailbox=mailbox or "",
        accounts=tuple(each.account for each in mailboxes_of(settings)) if beside else (),
        organisation=settings.site.organisation,
        subject=settings.digests.subject,
        mailbox_name=f"{settings.digests.mailbox_name}, {mailbox}" if mailbox else settings.digests.mailbox_name,
        coverage_area=settings.digests.coverage_area,
        contact=settings.site.contact,
        small_count_below=settings.digests.small_count_below,
        statements_listed=settings.digests.statements_listed,
        count_pending=settings.digests.count_pending,
        pre_release=settings.digests.pre_release,
        final_after_months=settings.digests.final_after_months,
        next_day=settings.schedule.digest_day,
        issue_time=settings.schedule.digest_time,
        message_link=f"{page_address(settings)}/messages/{{id}}",
        number_link=f"{page_address(settings)}{_NUMBER}",
    )
