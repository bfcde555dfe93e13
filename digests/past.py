"""What a digest has to know of the time before it, out of the store: months, issues, and what was published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digests.counting.coded import Coded, code_all
from digests.counting.trend import MonthFigures, month_figures
from digests.disclosure.cells import MonthCells, month_cells
from digests.disclosure.published import public_bases
from digests.disclosure.shown import Shown
from digests.issues.frozen import issued_from, shown_in_issue
from digests.issues.revisions import Issued
from digests.options import DigestOptions
from digests.period import month_bounds, months_to, shifted
from digests.summary import Past
from storage import reports
from storage.engine import Store
from storage.records import Issue


@dataclass(frozen=True, kw_only=True, slots=True)
class _Month:
    """A month as it stands inside, and as public editions count it."""

    own: MonthFigures
    public: MonthCells


def past_of(store: Store, month: str, options: DigestOptions) -> Past:
    """Gather what came before a month.

    Months stand as issued where they were, else as they are today. In public editions a month that has no issue of its
    own stands as the first edition counted it that has it in its twelve months, so that no two editions differ by what
    was reviewed in between. Months before the first that anything is known of are left out, and so not shown as zero.
    """
    editions = public_editions(store, options)
    known: list[_Month] = []
    for earlier in months_to(shifted(month, -1), options.trend_months - 1):
        found = _month(store, earlier, options, editions)
        if found.own.received or known:
            known.append(found)
    return Past(
        months=tuple(each.own for each in known),
        public=tuple(each.public for each in known),
        issues=tuple(map(issued_from, reports.issues(store, month, options.account))),
        editions=editions,
    )


def public_editions(store: Store, options: DigestOptions) -> tuple[Shown, ...]:
    """Give what every public edition issued so far shows, in the order of issue."""
    found = [(issue.issued_at, issue.id, shown_in_issue(issue)) for issue in _each_issue(store, options)]
    return tuple(shown for *_, shown in sorted(found, key=lambda one: one[:2]) if shown is not None)


def _each_issue(store: Store, options: DigestOptions) -> Iterator[Issue]:
    """Go through the issues month by month: each holds a record of every message."""
    for month in reports.issued_months(store, options.account):
        yield from reports.issues(store, month, options.account)


def _month(store: Store, month: str, options: DigestOptions, editions: Sequence[Shown]) -> _Month:
    issued = [issued_from(issue) for issue in reports.issues(store, month, options.account)]
    if issued:
        return _as_issued(month, issued, options)
    bounds = month_bounds(month)
    coded = code_all(reports.counted_messages(store, bounds.start, bounds.end, options.account))
    own = month_figures(month, coded, count_pending=options.count_pending, status="provisional")
    return _Month(own=own, public=_first_counted(month, editions) or _cells(month, coded, options, "provisional"))


def _as_issued(month: str, issued: Sequence[Issued], options: DigestOptions) -> _Month:
    pending = options.count_pending
    bases = public_bases([issue.coded for issue in issued], options.small_count_below, count_pending=pending)
    own = month_figures(month, issued[-1].coded, count_pending=pending, status="issued")
    return _Month(own=own, public=_cells(month, bases[-1], options, "issued"))


def _cells(month: str, coded: Sequence[Coded], options: DigestOptions, status: str) -> MonthCells:
    return month_cells(month, coded, count_pending=options.count_pending, status=status)


def _first_counted(month: str, editions: Sequence[Shown]) -> MonthCells | None:
    return next((cells for shown in editions for cells in shown.months if cells.month == month), None)
