"""A month's messages made into one digest: pure, no clock and no store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from classifiers.catalogue import Catalogue
from digests.counting import lists, quality
from digests.counting.coded import Coded
from digests.counting.figures import counted, figure_tables
from digests.counting.gather import Gathered
from digests.counting.notes import notes_for
from digests.counting.trend import MonthFigures, month_figures, trend
from digests.digest import Cover, Digest, Edition, Status
from digests.disclosure.public import rows_kept_back
from digests.disclosure.published import public_bases
from digests.issues.revisions import Issued, revisions
from digests.options import DigestOptions
from digests.period import LONDON, first_day, last_day, london_date, month_name, shifted
from digests.tables import Table
from storage.records import CountedMessage, Coverage


@dataclass(frozen=True, kw_only=True, slots=True)
class Issuing:
    """Under which number, with which status and by which rules a digest goes out; a draft has number 0."""

    number: int = 0
    status: Status = Status.PROVISIONAL
    rules_version: str = ""


def summarise(
    messages: Iterable[CountedMessage],
    coverage: Coverage,
    catalogue: Catalogue,
    month: str,
    options: DigestOptions,
    *,
    now: datetime,
    history: Sequence[MonthFigures] = (),
    public_history: Sequence[MonthFigures] | None = None,
    issues: Sequence[Issued] = (),
    issuing: Issuing | None = None,
) -> Digest:
    """Make the internal digest of a month from its messages, which are gone through once.

    `history` are the months before for the trend (`public_history` as their public editions have them, where that
    differs), `issues` the issues of this month so far: revisions are told of the last.
    """
    gathered = Gathered(misdated_after_days=options.misdated_after_days, count_pending=options.count_pending)
    for message in messages:
        gathered.add(message)
    issuing = issuing or Issuing()
    pending = quality.pending_count(gathered.coded)
    figures = figure_tables(gathered.coded, catalogue, options)
    this_month = _this_month(month, gathered.coded, options, issuing)
    base, kept_back = _public_base(gathered.coded, issues, catalogue, options)
    past = history if public_history is None else public_history
    return Digest(
        edition=Edition.INTERNAL,
        account=options.account or "",
        cover=_cover(gathered.coded, coverage, month, options, now, issuing, pending),
        tables=(
            *figures[:5],
            lists.use_statements(gathered, catalogue),
            lists.new_for_annex(figures[4], catalogue),
            *figures[5:7],
            lists.decisions(gathered, catalogue),
            figures[7],
            lists.words_for_products(gathered, catalogue),
            trend((*history, this_month), month, options.trend_months),
            *_about_quality(gathered, catalogue),
            figures[8],
            lists.misdated(gathered),
            *_revisions(issues, gathered.coded, catalogue, options, figures),
        ),
        notes=notes_for(options, pending=pending),
        coded=tuple(gathered.coded),
        public_tables=(
            *(figures if base is gathered.coded else figure_tables(base, catalogue, options)),
            trend((*past, _this_month(month, base, options, issuing)), month, options.trend_months),
        ),
        kept_back=tuple(kept_back.items()),
    )


def _this_month(month: str, coded: Sequence[Coded], options: DigestOptions, issuing: Issuing) -> MonthFigures:
    status = "issued" if issuing.number else "provisional"
    return month_figures(month, coded, count_pending=options.count_pending, status=status)


def _public_base(
    coded: Sequence[Coded], issues: Sequence[Issued], catalogue: Catalogue, options: DigestOptions
) -> tuple[Sequence[Coded], dict[str, frozenset[str]]]:
    """Give the records of the public figures, and what the public editions before this one kept back."""
    if not issues:
        return coded, {}
    editions = [*(issue.coded for issue in issues), coded]
    bases = public_bases(editions, options.small_count_below, count_pending=options.count_pending)
    kept: dict[str, frozenset[str]] = {}
    for base in dict.fromkeys(bases[:-1]):
        kept = rows_kept_back(figure_tables(base, catalogue, options), options, kept)
    return bases[-1], kept


def _about_quality(gathered: Gathered, catalogue: Catalogue) -> tuple[Table, ...]:
    return (
        quality.quality(gathered),
        quality.rules_overruled(gathered, catalogue),
        quality.corrections(gathered, catalogue),
    )


def _revisions(
    issues: Sequence[Issued],
    coded: Sequence[Coded],
    catalogue: Catalogue,
    options: DigestOptions,
    figures: Sequence[Table],
) -> tuple[Table, ...]:
    if not issues:
        return ()
    return (revisions(issues[-1], coded, figure_tables(issues[-1].coded, catalogue, options), figures),)


def _cover(
    coded: Sequence[Coded],
    coverage: Coverage,
    month: str,
    options: DigestOptions,
    now: datetime,
    issuing: Issuing,
    pending: int,
) -> Cover:
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
        made_on=london_date(now),
        next_date=_next_date(month, options),
        issue_time=options.issue_time,
        coverage=coverage,
        counted=len(counted(coded, options)),
        pending=pending,
        counts_pending=options.count_pending,
        issue=issuing.number,
        issued_at=moment_name(now) if issuing.number else "",
        rules_version=issuing.rules_version,
        pre_release=options.pre_release,
        statements_listed=options.statements_listed,
        message_link=options.message_link,
        number_link=options.number_link,
    )


def _next_date(month: str, options: DigestOptions) -> date:
    """The next month's digest is made on the configured day of the month after it."""
    return options.next_date or first_day(shifted(month, 2)).replace(day=options.next_day)


def moment_name(at: datetime) -> str:
    """Write an instant for people, in London time: "9:30am on 4 April 2011"."""
    local = at.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'} on {local.day} {local:%B %Y}"
