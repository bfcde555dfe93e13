"""What a digest has to know of the time before it, out of the store: months, issues, and what was published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from classifiers.catalogue import Catalogue
from digests.counting.coded import Coded, code_all
from digests.counting.figures import figure_tables
from digests.counting.month_ids import MonthIds, month_ids
from digests.counting.trend import MonthFigures, month_figures, trend
from digests.disclosure.cells import MonthCells, month_cells
from digests.disclosure.public import edition_to_come
from digests.disclosure.published import public_bases
from digests.disclosure.shown import Shown
from digests.disclosure.window import window_tables
from digests.issues.earlier import HERE, CountedMonth, CountedMonths, Source
from digests.issues.frozen import issued_from, shown_in_issue
from digests.issues.held import HeldMonths
from digests.options import DigestOptions
from digests.period import month_bounds, months_to, shifted
from digests.summary import Past
from storage import reports
from storage.engine import Store
from storage.records import Issue


@dataclass(frozen=True, kw_only=True, slots=True)
class _Month:
    """A month as it stands inside, and as public editions count it; `ids` where no issue of it holds its records."""

    own: MonthFigures
    public: MonthCells
    counted: CountedMonth
    ids: MonthIds | None = None


def past_of(store: Store, catalogue: Catalogue, month: str, options: DigestOptions) -> Past:
    """Gather what came before a month.

    Months stand as issued where they were, else as they are today. In public editions a month that has no issue of its
    own stands as the first edition counted it that has it in its twelve months, so that no two editions differ by what
    was reviewed in between. Months before the first that anything is known of are left out, and so not shown as zero.
    """
    editions = public_editions(store)
    known = _months_before(store, month, options, editions)
    return Past(
        months=tuple(each.own for each in known),
        public=tuple(each.public for each in known),
        issues=tuple(map(issued_from, reports.issues(store, month, options.account))),
        editions=(*editions, *_to_come(store, catalogue, month, options, editions)),
        counted=_counted(store, known, options),
    )


def _counted(store: Store, known: Sequence[_Month], options: DigestOptions) -> CountedMonths:
    """Say where the records of each month lie; what no issue holds is to be frozen with the digest."""
    held = HeldMonths(store, options.account)
    sought = [_sought(each, held) for each in known]
    kept = [each.ids for each, at in zip(known, sought, strict=True) if each.ids and HERE in (at.trend, at.window)]
    return CountedMonths(months=tuple(sought), kept=tuple(kept))


def _sought(month: _Month, held: HeldMonths) -> CountedMonth:
    """Look whether the issue that first counted a month, which has none of its own, holds the very records of today."""
    first = month.counted.window
    if month.ids is None or first is None or first == HERE:
        return month.counted
    ids = held.ids_of(first, month.ids.month)
    return replace(month.counted, trend=first if ids == month.ids else HERE, window=first if ids else None)


def public_editions(store: Store) -> tuple[Shown, ...]:
    """Give what every public edition issued so far shows, over all mailboxes and over single ones, as they came."""
    found = [(issue.issued_at, issue.id, shown_in_issue(issue)) for issue in _each_issue(store)]
    return tuple(shown for *_, shown in sorted(found, key=lambda one: one[:2]) if shown is not None)


def _each_issue(store: Store) -> Iterator[Issue]:
    """Go through the issues month by month: each holds a record of every message."""
    for account in reports.issue_accounts(store):
        for month in reports.issued_months(store, account):
            yield from reports.issues(store, month, account)


def _to_come(
    store: Store, catalogue: Catalogue, month: str, options: DigestOptions, editions: Sequence[Shown]
) -> Iterator[Shown]:
    """Give the editions of the month that are to come beside this one, with all kept back but zeros.

    So that this one shows nothing that would give a mailbox's small count away however much that mailbox's own edition
    keeps back.
    """
    issued = {shown.own.account for shown in editions if shown.own.month == month}
    for account in ("", *options.accounts) if options.accounts else ():
        if account not in issued and account != (options.account or ""):
            own = replace(options, account=account or None)
            yield _least(store, catalogue, month, own, editions)


def _least(store: Store, catalogue: Catalogue, month: str, options: DigestOptions, editions: Sequence[Shown]) -> Shown:
    coded = _coded(store, month, options)
    months = (
        *(each.public for each in _months_before(store, month, options, editions)),
        _cells(month, coded, options, "provisional"),
    )
    line = trend([cells.figures for cells in months], month, options.trend_months)
    tables = (*figure_tables(coded, catalogue, options), *window_tables(months, catalogue), line)
    return edition_to_come(tables, months, options)


def _months_before(store: Store, month: str, options: DigestOptions, editions: Sequence[Shown]) -> list[_Month]:
    known: list[_Month] = []
    for earlier in months_to(shifted(month, -1), options.trend_months - 1):
        found = _month(store, earlier, options, editions)
        if found.own.received or known:
            known.append(found)
    return known


def _month(store: Store, month: str, options: DigestOptions, editions: Sequence[Shown]) -> _Month:
    issues = reports.issues(store, month, options.account)
    if issues:
        return _as_issued(month, issues, options)
    coded = _coded(store, month, options)
    first = _first_counting(month, options.account or "", editions)
    return _Month(
        own=month_figures(month, coded, count_pending=options.count_pending, status="provisional"),
        public=_counted_in(first, month) if first else _cells(month, coded, options, "provisional"),
        counted=CountedMonth(month=month, window=Source(month=first.own.month, number=first.issue) if first else HERE),
        ids=month_ids(month, coded, count_pending=options.count_pending),
    )


def _as_issued(month: str, issues: Sequence[Issue], options: DigestOptions) -> _Month:
    """Give a month as it was issued last, by the settings of then: no later one changes a figure that is out."""
    issued, shown = [issued_from(issue) for issue in issues], shown_in_issue(issues[-1])
    own = month_figures(month, issued[-1].coded, count_pending=issued[-1].counts_pending, status="issued")
    base = public_bases([issue.basis(options.small_count_below) for issue in issued])[-1]
    number = next(issue.number for issue in issued if issue.coded is base.coded)
    trend, window = Source(month=month, number=issued[-1].number), Source(month=month, number=number)
    then = replace(options, count_pending=base.counts_pending)
    return _Month(
        own=own,
        public=shown.own if shown is not None else _cells(month, base.coded, then, "issued"),
        counted=CountedMonth(month=month, trend=trend, window=window),
    )


def _coded(store: Store, month: str, options: DigestOptions) -> tuple[Coded, ...]:
    bounds = month_bounds(month)
    return code_all(reports.counted_messages(store, bounds.start, bounds.end, options.account))


def _cells(month: str, coded: Sequence[Coded], options: DigestOptions, status: str) -> MonthCells:
    account = options.account or ""
    return month_cells(month, coded, count_pending=options.count_pending, status=status, account=account)


def _first_counting(month: str, account: str, editions: Sequence[Shown]) -> Shown | None:
    """Give the first edition over a mailbox, or over all, that counted a month."""
    mine = (shown for shown in editions if shown.own.account == account)
    return next((shown for shown in mine if any(cells.month == month for cells in shown.months)), None)


def _counted_in(shown: Shown, month: str) -> MonthCells:
    return next(cells for cells in shown.months if cells.month == month)
