"""Digests as the command, the schedule and the demo make them: the month, its files, and a row of the run."""

from datetime import datetime
from pathlib import Path

from digests.make import make_digest
from storage.reports import issues

from classifiers.catalogue import Catalogue, load_catalogue
from digests.options import DigestOptions
from digests.period import month_before
from digests.render import write_files
from pipeline.commands.opening import clock
from pipeline.config import Settings
from pipeline.flow.runs import recorded
from pipeline.flow.schedule import LONDON
from storage.engine import Store

JOB = "digest"


def make_month(
    store: Store, settings: Settings, house: Path, month: str, *, now: datetime, issue: bool = False
) -> tuple[Path, ...]:
    """Make one month's digest and write its files below the digests folder; with `issue` freeze it."""
    with recorded(store, JOB, "", clock):
        digest = make_digest(
            store, catalogue_of(settings, house), month, digest_options(settings), now=now, issue=issue
        )
        return write_files(digest, house / settings.digests.folder / month)


def make_due_digest(store: Store, settings: Settings, house: Path, *, now: datetime) -> tuple[Path, ...]:
    """Issue last month's digest if its day has come and it was not issued yet (FIELD F41, F43)."""
    month = month_before(now)
    if not is_due(settings, now) or issues(store, month, None):
        return ()
    return make_month(store, settings, house, month, now=now, issue=True)


def is_due(settings: Settings, now: datetime) -> bool:
    """Say whether the moment in this month at which last month's digest is made has come, in London."""
    there = now.astimezone(LONDON)
    return (there.day, f"{there:%H:%M}") >= (settings.schedule.digest_day, settings.schedule.digest_time.zfill(5))


def catalogue_of(settings: Settings, house: Path) -> Catalogue:
    """Give the catalogue of the settings' rules."""
    folder = settings.rules.folder
    return load_catalogue(None if folder is None else house / folder)


def digest_options(settings: Settings) -> DigestOptions:
    """Give the digest's options, as the settings name them."""
    return DigestOptions(
        organisation=settings.site.organisation,
        contact=settings.site.contact,
        small_count_below=settings.digests.small_count_below,
        statements_listed=settings.digests.statements_listed,
        next_day=settings.schedule.digest_day,
        issue_time=settings.schedule.digest_time,
        message_link=f"http://{settings.page.host}:{settings.page.port}/messages/{{id}}",
    )
