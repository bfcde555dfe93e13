"""Digests as the command, the schedule and the demo make them: the month, its files, and a row of the run."""

import argparse
from datetime import datetime
from pathlib import Path

from classifiers.catalogue import Catalogue, load_catalogue
from classifiers.rulebook import rules_version
from digests.make import finish_publishing, make_digest, publish, write_draft
from digests.options import DigestOptions
from digests.period import month_before
from pipeline.commands.digest_times import has_mail, months_due
from pipeline.commands.opening import clock, rules_folder
from pipeline.config import Settings
from pipeline.flow.runs import recorded
from storage.engine import Store
from storage.reports import issues

JOB = "digest"


def make_month(
    store: Store,
    settings: Settings,
    house: Path,
    month: str,
    *,
    now: datetime,
    issue: bool = False,
    again: bool = False,
) -> tuple[Path, ...]:
    """Make one month's digest and write its files below the digests folder; with `issue` freeze it (`again`: anew)."""
    options, catalogue = digest_options(settings), catalogue_of(settings, house)
    version = rules_version(rules_folder(settings, house))
    folder = house / settings.digests.folder
    with recorded(store, JOB, "", clock):
        if issue:
            return publish(
                store, catalogue, month, options, folder=folder, now=now, again=again, rules_version=version
            ).paths
        draft = make_digest(store, catalogue, month, options, now=now, rules_version=version)
        return write_draft(draft, folder, options)


def make_due_digests(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[str, ...]:
    """Issue what is due: last month if its day has come, and before it each month missed since the last issue (F43)."""
    finish_publishing(store, house / settings.digests.folder, digest_options(settings))
    issued = [issue.month for issue in issues(store)]
    if not issued and not has_mail(store, month_before(now)):
        return ()  # nothing was ever issued, and there was nothing to issue: this deployment is younger than the month
    due = months_due(settings, issued, now)
    for month in due:
        make_month(store, settings, house, month, now=now, issue=True)
    return due


def catalogue_of(settings: Settings, house: Path) -> Catalogue:
    """Give the catalogue of the settings' rules."""
    return load_catalogue(rules_folder(settings, house))


def run_of_months(parser: argparse.ArgumentParser) -> None:
    """Declare the first and the last month of a run."""
    parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM", help="the first month")
    parser.add_argument("--to", dest="last", required=True, metavar="YYYY-MM", help="the last month")


def engagement_folder(settings: Settings, house: Path) -> Path:
    """Give the folder of invitations and agendas."""
    return house / settings.digests.folder / "engagement"


def digest_options(settings: Settings) -> DigestOptions:
    """Give the digest's options, as the settings name them."""
    return DigestOptions(
        organisation=settings.site.organisation,
        subject=settings.digests.subject,
        mailbox_name=settings.digests.mailbox_name,
        coverage_area=settings.digests.coverage_area,
        contact=settings.site.contact,
        small_count_below=settings.digests.small_count_below,
        statements_listed=settings.digests.statements_listed,
        next_day=settings.schedule.digest_day,
        issue_time=settings.schedule.digest_time,
        message_link=f"http://{settings.page.host}:{settings.page.port}/messages/{{id}}",
    )
