"""The month's figures as the team sees them now, and the digests that were made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from classifiers.catalogue import Catalogue, Dimension
from review.charts import BarChart, bar_chart
from review.filters import DIMENSION_NAMES, LONGEST, MONTH, UNREADABLE, query_of
from review.quality import QualityView, quality_view
from review.security import FOREIGN_POLICY
from review.signin import Reader
from review.site import Here, Site, page
from review.times import LONDON, month_bounds, month_name
from review.words import size_words
from storage import reports
from storage.issue_pages import since_issue
from storage.months import MonthFigures, month_figures
from storage.records import Issue, QueueFilter, ReviewState
from storage.samples import agreements, random_check, second_readings

router = APIRouter()
TRIAGED = ((Dimension.DISPOSITION.value, "triage"),)
TABLES = (".csv", "csv-metadata.json")
CHARTS = (
    (Dimension.PRODUCT, "Products people wrote about"),
    (Dimension.USER_CATEGORY, "Who uses the statistics"),
    (Dimension.USE, "What they use the statistics for"),
    (Dimension.CHANNEL, "How they engaged"),
)


@router.get("/months")
def this_month(person: Reader, site: Here, month: str = "") -> Response:
    """Go to the month asked for, else to that of the newest message, which says where none could be read."""
    wanted = month.strip()
    if MONTH.fullmatch(wanted):
        return RedirectResponse(f"/months/{wanted}", 303)
    typed = f"?{urlencode({'typed': wanted[:LONGEST]})}" if wanted else ""
    return RedirectResponse(f"/months/{newest_month(site)}{typed}", 303)


def newest_month(site: Site) -> str:
    """Give the month of the newest message, that of today where there is none."""
    newest = reports.newest_arrival(site.store) or site.clock()
    return f"{newest.astimezone(LONDON):%Y-%m}"


@router.get("/months/{month}")
def month_page(request: Request, site: Here, person: Reader, month: str, typed: str = "") -> Response:
    """Show one month's figures, every number a link to its messages."""
    if not MONTH.fullmatch(month):
        raise HTTPException(404)
    start, end = month_bounds(month)
    figures = month_figures(site.store, start, end)
    return page(
        request,
        "month.html",
        month=month,
        typed=typed[:LONGEST],
        unreadable_month=UNREADABLE["month"],
        figures=figures,
        charts=[chart for chart in _charts(figures, site.catalogue, month) if chart.bars],
        before=f"{(start - timedelta(days=1)).astimezone(LONDON):%Y-%m}",
        following=f"{(end + timedelta(days=1)).astimezone(LONDON):%Y-%m}",
        links=_links(month),
        quality=_quality(site, start, end),
    )


def _links(month: str) -> dict[str, str]:
    """Give the list behind each figure of a month: as the figures, without the team's own mail and copies."""
    counted = QueueFilter(month=month, counted=True)
    pending, *decided = ReviewState
    lists = {
        "messages": counted,
        "triage": replace(counted, tags=TRIAGED),
        "reviewed": replace(counted, states=tuple(decided)),
        "needs_person": replace(counted, states=(pending,), needs_person=True),
    }
    return {name: f"/messages{query_of(chosen)}" for name, chosen in lists.items()}


def _quality(site: Site, start: datetime, end: datetime) -> QualityView:
    """Look at what the samples show in the twelve months that end with this one: a month alone holds too few."""
    first = end.astimezone(LONDON)
    since = month_bounds(f"{first.year - 1}-{first:%m}")[0]
    return quality_view(
        random_check(site.store, start, end),
        random_check(site.store, since, end),
        agreements(second_readings(site.store, since, end)),
    )


def _charts(figures: MonthFigures, catalogue: Catalogue, month: str) -> list[BarChart]:
    return [
        bar_chart(
            f"chart-{dimension.value}",
            title,
            DIMENSION_NAMES[dimension],
            "Messages",
            _bars(figures, catalogue, month, dimension),
        )
        for dimension, title in CHARTS
    ]


def _bars(figures: MonthFigures, catalogue: Catalogue, month: str, dimension: Dimension) -> list[tuple[str, int, str]]:
    values = [(value, count) for (name, value), count in figures.tags.most_common() if name == dimension]
    return [
        (
            catalogue.title(dimension, value),
            count,
            f"/messages{query_of(QueueFilter(month=month, counted=True, tags=((dimension.value, value),)))}",
        )
        for value, count in values
        if value != "none"
    ]


@router.get("/digests")
def digests(request: Request, site: Here, person: Reader) -> Response:
    """List the files of the digests made so far, the newest month first."""
    accounts = reports.issue_accounts(site.store)
    months = {month for account in accounts for month in reports.issued_months(site.store, account)}
    lists = {"months": sorted(months, reverse=True), "finals": site.finals.due() if site.finals else ()}
    return page(request, "digests.html", groups=_digest_groups(site.digest_files), **lists)


@router.get("/digests/{month}")
def digest_page(request: Request, site: Here, person: Reader, month: str) -> Response:
    """Show the issues of a month, those over all mailboxes first, and what has changed since each."""
    accounts = reports.issue_accounts(site.store) if MONTH.fullmatch(month) else ()
    issues = [one for account in accounts for one in reversed(reports.issues(site.store, month, account))]
    if not issues:
        raise HTTPException(404)
    start, end = month_bounds(month)
    due = {one.mailbox: one for one in site.finals.due() if one.month == month} if site.finals else {}
    return page(
        request,
        "digest.html",
        month=month,
        issues=[(issue, since_issue(site.store, issue, start, end)) for issue in issues],
        who={issue.id: site.finals.who_issued(issue) for issue in issues} if site.finals else {},
        due={issue.id: due[name] for name, issue in _newest(site, issues).items() if name in due},
    )


def _newest(site: Site, issues: Sequence[Issue]) -> dict[str, Issue]:
    """Give each mailbox's newest issue of a month, by its name; "" over all. They come the newest first."""
    names = ((site.options.mailbox_name(issue.account) if issue.account else "", issue) for issue in reversed(issues))
    return dict(names)


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestFile:
    """A file of a digest: where it lies below the folder of digests, its name, its size in words."""

    path: str
    name: str
    size: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestGroup:
    """The files of one folder; the single tables of a digest, which are many, are kept apart."""

    title: str
    files: tuple[DigestFile, ...]
    tables: tuple[DigestFile, ...]


def _digest_groups(folder: Path | None) -> list[DigestGroup]:
    """Give the files by the folder that they lie in, the newest month first."""
    if folder is None or not folder.is_dir():
        return []
    groups: dict[tuple[str, ...], list[DigestFile]] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and len(parts) <= 5 and not any(part.startswith(".") for part in parts):
            file = DigestFile(path="/".join(parts), name=path.name, size=size_words(path.stat().st_size))
            groups.setdefault(parts[:-1], []).append(file)
    months = sorted(filter(_month_of, groups))  # of a month over all, then of each mailbox
    newest_first = sorted(months, key=_month_of, reverse=True)
    others = sorted(group for group in groups if not _month_of(group))
    return [_digest_group(group, groups[group]) for group in (*newest_first, *others)]


def _month_of(group: tuple[str, ...]) -> str:
    """Give the month of a group of files, which a mailbox's name may stand before; "" where there is none."""
    return next((part for part in group[:2] if MONTH.fullmatch(part)), "")


def _digest_group(group: tuple[str, ...], files: list[DigestFile]) -> DigestGroup:
    """Keep tables apart where something else is there to be read."""
    whole = tuple(file for file in files if not file.name.endswith(TABLES)) or tuple(files)
    tables = tuple(file for file in files if file not in whole)
    return DigestGroup(title=_group_title(group), files=whole, tables=tables)


def _group_title(group: tuple[str, ...]) -> str:
    """Name a group of files: ("north", "2011-03", "issue-1", "public") is "March 2011, north, issue 1, public"."""
    month = _month_of(group)
    rest = [part.replace("-", " ") for part in group if part != month]
    words = ", ".join([month_name(month), *rest] if month else rest)
    return words[:1].upper() + words[1:] if words else "Files"


@router.get("/digests/files/{path:path}")
def digest_file(site: Here, person: Reader, path: str) -> Response:
    """Give one file of a digest to keep; an HTML file opens in place, in a sandbox."""
    if site.digest_files is None:
        raise HTTPException(404)
    root = site.digest_files.resolve()
    found = (root / path).resolve()
    if not found.is_relative_to(root) or not found.is_file():
        raise HTTPException(404)
    in_place = found.suffix.lower() == ".html"
    return FileResponse(
        found,
        filename=found.name,
        content_disposition_type="inline" if in_place else "attachment",
        headers={"Content-Security-Policy": FOREIGN_POLICY},
    )
