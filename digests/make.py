"""Digests out of the store: drafts, and issues that are frozen there and never change."""

import logging
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifiers.catalogue import Catalogue
from digests.annex import Annex, draft_annex
from digests.counting.quality import Checks
from digests.digest import Digest, Status
from digests.disclosure.public import public_edition, shown_by
from digests.errors import FilesOfUnknownIssue, IssueStands, MonthNotBegun, MonthNotOver, MonthsReversed
from digests.issues.frozen import digest_of, figures_json
from digests.issues.marks import MARK, sha_marked, write_mark
from digests.issues.redacted import quotes_of
from digests.options import DigestOptions
from digests.past import past_of
from digests.period import Bounds, month_bounds, shifted, span_in_names
from digests.render.annex_html import annex_html
from digests.render.annex_odt import annex_odt
from digests.render.files import FORMATS, replace_file, write_files
from digests.summary import Issuing, summarise
from digests.words import file_name
from storage import reports, samples
from storage.engine import Store
from storage.errors import IssueTaken

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """An issue, and where its files lie."""

    digest: Digest
    folder: Path
    paths: tuple[Path, ...]


def make_digest(
    store: Store,
    catalogue: Catalogue,
    month: str,
    options: DigestOptions,
    *,
    now: datetime,
    rules_version: str = "",
) -> Digest:
    """Make the draft of a month's digest; raise NotAMonth, or MonthNotBegun."""
    return _digest(store, catalogue, month, options, now, rules_version, issue=False, again=False)


def publish(
    store: Store,
    catalogue: Catalogue,
    month: str,
    options: DigestOptions,
    *,
    folder: Path,
    now: datetime,
    again: bool = False,
    replacing: int | None = None,
    rules_version: str = "",
    who: str = "",
    formats: tuple[str, ...] = FORMATS,
) -> Published:
    """Issue a month: write both editions aside, freeze the issue in the store, then give the files their place.

    A month that has been issued is issued once more only when `again` says so.
    The files lie in `folder`/2011-03/issue-1, internal and public. Should the process die between the last two steps,
    `finish_publishing` puts the files into place. Hold `issues.locked` meanwhile, lest a quote that is withdrawn in
    between is published. Raises NotAMonth, MonthNotOver, IssueStands (it has an issue, perhaps of another process a
    moment ago), FilesOfUnknownIssue.

    `again` with the number that it is `replacing` follows that issue alone: who asks twice makes one. `who` asked for
    it is frozen with it.
    """
    digest = _digest(store, catalogue, month, options, now, rules_version, issue=True, again=again, replacing=replacing)
    public = public_edition(digest, options)
    text = _frozen(digest, public, options, who)
    home = folder / month / f"issue-{digest.cover.issue}"
    if home.exists():
        raise _in_the_way(store, digest, home, options)
    home.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=home.parent, prefix=f".{home.name}."))
    try:
        _write_both(digest, public, aside, formats)
        write_mark(aside, digest_of(text), quotes_of(digest))
        _freeze(store, digest, text, options, now)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    aside.chmod(0o700)
    aside.rename(home)
    return Published(digest=digest, folder=home, paths=files_in(home))


def make_annex(
    store: Store, catalogue: Catalogue, first_month: str, last_month: str, options: DigestOptions, *, now: datetime
) -> Annex:
    """Draft the annex of a run of months, both included; raise NotAMonth, or MonthsReversed."""
    start, end = month_bounds(first_month).start, month_bounds(last_month).end
    if start >= end:
        raise MonthsReversed(first=first_month, last=last_month)
    messages = reports.counted_messages(store, start, end, options.account)
    return draft_annex(messages, catalogue, first_month, last_month, options, now=now)


def write_annex(annex: Annex, folder: Path) -> tuple[Path, ...]:
    """Write the draft as a page and as a document to edit, over an earlier draft of the same months."""
    folder.mkdir(parents=True, exist_ok=True)
    name = file_name("users and uses annex", span_in_names(annex.first_month, annex.last_month), "internal")
    paths = (folder / f"{name}.html", folder / f"{name}.odt")
    for path, content in zip(paths, (annex_html(annex), annex_odt(annex)), strict=True):
        replace_file(path, content)
    return paths


def write_draft(
    digest: Digest, folder: Path, options: DigestOptions, *, formats: tuple[str, ...] = FORMATS
) -> tuple[Path, ...]:
    """Write both editions of a draft to `folder`/2011-03/draft, in the place of an earlier draft with all its files."""
    home = folder / digest.cover.month / "draft"
    home.parent.mkdir(parents=True, exist_ok=True)
    for left in home.parent.glob(".draft.*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(dir=home.parent, prefix=".draft."))
    try:
        paths = write_editions(digest, aside, options, formats=formats)
        if home.exists():
            shutil.rmtree(home)
        aside.rename(home)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return tuple(home / path.relative_to(aside) for path in paths)


def write_editions(
    digest: Digest, folder: Path, options: DigestOptions, *, formats: tuple[str, ...] = FORMATS
) -> tuple[Path, ...]:
    """Write the internal and the public edition, each to a folder of its own, so that one can be handed over whole."""
    return _write_both(digest, public_edition(digest, options), folder, formats)


def finish_publishing(store: Store, folder: Path, options: DigestOptions) -> tuple[Path, ...]:
    """Put into place the files of issues that were frozen when the process died, and clear away those that were not.

    To be called when no other process publishes. Files of an issue whose place others have taken stay, and are told.
    """
    done = []
    for aside in sorted(folder.glob("*/.issue-*")):
        home = aside.with_name(".".join(aside.name.split(".")[1:2]))
        frozen = {f"issue-{one.number}": one for one in reports.issues(store, aside.parent.name, options.account)}
        issue = frozen.get(home.name)
        if issue is None or sha_marked(aside) != issue.sha256:
            shutil.rmtree(aside, ignore_errors=True)
        elif home.exists():
            log.warning("the files of %s lie in %s: what lies in its place is another issue", home, aside)
        else:
            aside.rename(home)
            done.append(home)
    return tuple(done)


def files_in(folder: Path) -> tuple[Path, ...]:
    """List the files of an issue."""
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MARK))


def _write_both(digest: Digest, public: Digest, folder: Path, formats: tuple[str, ...]) -> tuple[Path, ...]:
    return (
        *write_files(digest, folder / "internal", formats=formats),
        *write_files(public, folder / "public", formats=formats),
    )


def _digest(
    store: Store,
    catalogue: Catalogue,
    month: str,
    options: DigestOptions,
    now: datetime,
    rules_version: str,
    *,
    issue: bool,
    again: bool,
    replacing: int | None = None,
) -> Digest:
    bounds = month_bounds(month)
    if now < bounds.start:
        raise MonthNotBegun(month=month)
    if issue and now < bounds.end:
        raise MonthNotOver(month=month)
    before = reports.issues(store, month, options.account)
    if issue and before and (not again or replacing not in (None, before[-1].number)):
        raise IssueStands(month=month, number=before[-1].number, mailbox=options.mailbox)
    return summarise(
        reports.counted_messages(store, bounds.start, bounds.end, options.account),
        reports.coverage(store, bounds.start, bounds.end, options.account),
        catalogue,
        month,
        options,
        now=now,
        past=past_of(store, catalogue, month, options),
        issuing=Issuing(
            number=before[-1].number + 1 if before and issue else int(issue),
            status=_status(month, options, now) if issue else Status.PROVISIONAL,
            rules_version=rules_version,
        ),
        checks=_checks(store, bounds, options),
    )


def _checks(store: Store, bounds: Bounds, options: DigestOptions) -> Checks:
    """Ask the store what the random samples of the month show."""
    readings = samples.second_readings(store, bounds.start, bounds.end, options.account)
    return Checks(
        random=samples.random_check(store, bounds.start, bounds.end, options.account),
        readers=samples.agreements(readings),
    )


def _status(month: str, options: DigestOptions, now: datetime) -> Status:
    """An issue is final once that many whole months have passed since the month's end, else provisional."""
    settled = month_bounds(shifted(month, options.final_after_months)).end
    return Status.FINAL if now >= settled else Status.PROVISIONAL


def _in_the_way(store: Store, digest: Digest, home: Path, options: DigestOptions) -> IssueStands | FilesOfUnknownIssue:
    """Say whose the files are that lie where an issue was to lie: perhaps of one made a moment ago."""
    month, number = digest.cover.month, digest.cover.issue
    if any(issue.number == number for issue in reports.issues(store, month, options.account)):
        return IssueStands(month=month, number=number, mailbox=options.mailbox)
    return FilesOfUnknownIssue(month=month, folder=str(home))


def _frozen(digest: Digest, public: Digest, options: DigestOptions, who: str = "") -> str:
    return figures_json(digest, shown_by(digest, public, options), options.small_count_below, who)


def _freeze(store: Store, digest: Digest, text: str, options: DigestOptions, now: datetime) -> None:
    try:
        reports.save_issue(
            store,
            month=digest.cover.month,
            account=options.account,
            number=digest.cover.issue,
            status=digest.cover.status.value,
            issued_at=now,
            rules_version=digest.cover.rules_version,
            figures=text,
            sha256=digest_of(text),
            message_ids=tuple(coded.id for coded in digest.coded),
        )
    except IssueTaken as error:
        raise IssueStands(month=digest.cover.month, number=digest.cover.issue, mailbox=options.mailbox) from error
