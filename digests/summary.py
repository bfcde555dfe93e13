"""A month's messages made into one digest: pure, no clock and no store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from classifiers.catalogue import Catalogue
from digests.counting import lists, quality
from digests.counting.coded import Coded
from digests.counting.figures import counted, figure_tables
from digests.counting.gather import Gathered
from digests.counting.notes import notes_for
from digests.counting.quality import Checks
from digests.counting.trend import TREND, MonthFigures, month_figures, trend
from digests.digest import Cover, Digest, Edition, PublicBasis, Status
from digests.disclosure.cells import MonthCells, month_cells
from digests.disclosure.public import rows_kept_back
from digests.disclosure.published import Basis, public_bases
from digests.disclosure.quotes import approved_quotes
from digests.disclosure.shown import Shown
from digests.disclosure.suppression import withheld
from digests.disclosure.window import WINDOW_TABLES, window_of, window_tables
from digests.issues.earlier import HERE, NO_MONTHS, CountedMonth, CountedMonths, Source
from digests.issues.revisions import Issued, revisions
from digests.options import DigestOptions
from digests.period import first_day, last_day, london_date, month_name, shifted
from digests.tables import Table
from storage.order import LONDON
from storage.records import CountedMessage, Coverage


@dataclass(frozen=True, kw_only=True, slots=True)
class Issuing:
    """Under which number, with which status and by which rules a digest goes out; a draft has number 0."""

    number: int = 0
    status: Status = Status.PROVISIONAL
    rules_version: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What came before: the months of the trend, the issues of this month so far, and all public editions.

    `public` are the months before as public editions count them; `editions` are in the order of issue, over whichever
    mailbox, and after them come those that are still to come beside this one. `counted` says where the records of the
    months lie.
    """

    months: Sequence[MonthFigures] = ()
    public: Sequence[MonthCells] = ()
    issues: Sequence[Issued] = ()
    editions: Sequence[Shown] = ()
    counted: CountedMonths = NO_MONTHS


@dataclass(frozen=True, kw_only=True, slots=True)
class _Making:
    """What all parts of one digest are made with."""

    catalogue: Catalogue
    month: str
    options: DigestOptions
    now: datetime
    past: Past
    issuing: Issuing = field(default_factory=Issuing)

    @property
    def trend_status(self) -> str:
        return "issued" if self.issuing.number else "provisional"


def summarise(
    messages: Iterable[CountedMessage],
    coverage: Coverage,
    catalogue: Catalogue,
    month: str,
    options: DigestOptions,
    *,
    now: datetime,
    past: Past | None = None,
    issuing: Issuing | None = None,
    checks: Checks | None = None,
) -> Digest:
    """Make the internal digest of a month from its messages, which are gone through once."""
    making = _Making(
        catalogue=catalogue,
        month=month,
        options=options,
        now=now,
        past=past or Past(),
        issuing=issuing or Issuing(),
    )
    gathered = _gathered(messages, options)
    coded = tuple(gathered.coded)
    pending = quality.pending_count(coded)
    figures = figure_tables(coded, catalogue, options)
    public = _public(making, gathered, coded, figures, checks)
    return Digest(
        edition=Edition.INTERNAL,
        account=options.account or "",
        cover=replace(_cover(making, coded, coverage, pending), untraced=_untraced(making.past, public.months)),
        tables=_internal(making, gathered, figures, public, checks),
        notes=notes_for(options, pending=pending),
        coded=coded,
        public=public,
        earlier=_counted_months(making, public),
    )


def _gathered(messages: Iterable[CountedMessage], options: DigestOptions) -> Gathered:
    gathered = Gathered(misdated_after_days=options.misdated_after_days, count_pending=options.count_pending)
    for message in messages:
        gathered.add(message)
    return gathered


def _internal(
    making: _Making, gathered: Gathered, figures: Sequence[Table], public: PublicBasis, checks: Checks | None
) -> tuple[Table, ...]:
    """Put the tables of the internal edition in their order."""
    catalogue, options = making.catalogue, making.options
    this_month = month_figures(
        making.month, gathered.coded, count_pending=options.count_pending, status=making.trend_status
    )
    return (
        *figures[:5],
        lists.use_statements(gathered, catalogue),
        lists.new_for_annex(figures[4], catalogue),
        *figures[5:7],
        lists.decisions(gathered, catalogue),
        figures[7],
        approved_quotes(gathered, catalogue),
        lists.words_for_products(gathered, catalogue),
        *window_tables(public.months, catalogue),
        trend((*making.past.months, this_month), making.month, options.trend_months),
        quality.quality(gathered, checks),
        quality.rules_overruled(gathered, catalogue),
        quality.corrections(gathered, catalogue),
        figures[8],
        lists.misdated(gathered),
        *_revisions(making, gathered.coded, figures),
    )


def _public(
    making: _Making, gathered: Gathered, coded: tuple[Coded, ...], figures: Sequence[Table], checks: Checks | None
) -> PublicBasis:
    """Make what the public edition is made of: the records that its figures rest on, added to the months before."""
    options, catalogue = making.options, making.catalogue
    base, kept = _public_base(making, coded)
    months, is_own = _months(making, base), base.coded is coded
    return PublicBasis(
        tables=(
            *(figures if is_own else figure_tables(base.coded, catalogue, _as_then(options, base))),
            *window_tables(months, catalogue),
            trend([cells.figures for cells in months], making.month, options.trend_months),
            _public_quality(making, gathered, base, checks),  # behind the others: it stands for the internal one
        ),
        kept_back=tuple(kept.items()),
        months=months,
        editions=tuple(making.past.editions),
        coded=base.coded,
        counts_pending=base.counts_pending,
    )


def _counted_months(making: _Making, public: PublicBasis) -> CountedMonths:
    """Say where the records of the months lie, this one last: its public figures may be those of an earlier issue."""
    before = making.past.counted
    then = next((issue.number for issue in making.past.issues if issue.coded is public.coded), None)
    window = HERE if then is None else Source(month=making.month, number=then)
    return replace(before, months=(*before.months, CountedMonth(month=making.month, window=window)))


def _untraced(past: Past, window: Sequence[MonthCells]) -> tuple[str, ...]:
    """Name the tables over many months of which some month's records lie nowhere."""
    known = {each.month for each in past.counted.months}
    held = {each.month for each in past.counted.months if each.window} | {window[-1].month}
    trend_traced = all(figures.month in known for figures in past.months)
    window_traced = all(cells.month in held for cells in window_of(window))
    return (*(() if trend_traced else (TREND,)), *(() if window_traced else WINDOW_TABLES))


def _public_quality(making: _Making, gathered: Gathered, base: Basis, checks: Checks | None) -> Table:
    """Give the quality of the tags over the messages that count; of an earlier issue as long as its figures stand."""
    table = quality.public_quality(gathered, checks, making.options)
    then = next((issue for issue in making.past.issues if issue.coded is base.coded), None)
    if then is None:
        return table
    if then.quality is None:
        return withheld(table)
    return replace(table, rows=tuple(then.quality.values()), row_ids=tuple(then.quality))


def _as_then(options: DigestOptions, base: Basis) -> DigestOptions:
    return replace(options, count_pending=base.counts_pending, small_count_below=base.small_count_below)


def _months(making: _Making, base: Basis) -> tuple[MonthCells, ...]:
    """Give the months as public editions count them, this one last."""
    return (
        *making.past.public,
        month_cells(
            making.month,
            base.coded,
            count_pending=base.counts_pending,
            status=making.trend_status,
            account=making.options.account or "",
        ),
    )


def _public_base(making: _Making, coded: tuple[Coded, ...]) -> tuple[Basis, dict[str, frozenset[str]]]:
    """Give the records of the public figures, and what the public editions before this one kept back.

    Each by the settings of its time: what a later setting would have shown was not shown.
    """
    options = making.options
    before = [issue.basis(options.small_count_below) for issue in making.past.issues]
    own = Basis(coded=coded, counts_pending=options.count_pending, small_count_below=options.small_count_below)
    *earlier, last = public_bases([*before, own])
    kept: dict[str, frozenset[str]] = {}
    for base in dict.fromkeys(earlier):
        then = _as_then(options, base)
        kept = rows_kept_back(figure_tables(base.coded, making.catalogue, then), then, kept)
    return last, kept


def _revisions(making: _Making, coded: Sequence[Coded], figures: Sequence[Table]) -> tuple[Table, ...]:
    if not making.past.issues:
        return ()
    last, options = making.past.issues[-1], making.options
    then = figure_tables(last.coded, making.catalogue, replace(options, count_pending=last.counts_pending))
    return (revisions(last, coded, then, figures, counts_pending=options.count_pending),)


def _cover(making: _Making, coded: Sequence[Coded], coverage: Coverage, pending: int) -> Cover:
    options, month, issuing = making.options, making.month, making.issuing
    return Cover(
        title=f"Users and uses of {options.subject}: {month_name(month)}",
        month=month,
        first_day=first_day(month),
        last_day=last_day(month),
        status=issuing.status,
        organisation=options.organisation,
        source=options.mailbox_name,
        area=options.coverage_area,
        contact=options.contact,
        made_on=london_date(making.now),
        next_date=_next_date(making),
        issue_time=options.issue_time,
        coverage=coverage,
        counted=len(counted(coded, options)),
        pending=pending,
        counts_pending=options.count_pending,
        issue=issuing.number,
        issued_at=moment_name(making.now) if issuing.number else "",
        rules_version=issuing.rules_version,
        pre_release=options.pre_release,
        statements_listed=options.statements_listed,
        message_link=options.message_link,
        number_link=options.number_link,
        revises=_revised(making.past.issues),
        is_compared=bool(making.past.issues),
    )


def _revised(issues: Sequence[Issued]) -> str:
    return f"issue {issues[-1].number}, published at {issues[-1].issued_at}" if issues else ""


def _next_date(making: _Making) -> date:
    """Give the configured day after which the next month is over; of a digest made late, the next that is to come."""
    options, today = making.options, london_date(making.now)
    usual = first_day(shifted(making.month, 2)).replace(day=options.next_day)
    this_month = today.replace(day=options.next_day)
    coming = this_month if this_month > today else first_day(shifted(f"{today:%Y-%m}", 1)).replace(day=options.next_day)
    return options.next_date or max(usual, coming)


def moment_name(at: datetime) -> str:
    """Write an instant for people, in London time: "9:30am on 4 April 2011"."""
    local = at.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'} on {local.day} {local:%B %Y}"
