"""Small counts are kept back, and cannot be worked out from what is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.counting.counts import ALL, NONE
from digests.counting.trend import MonthFigures
from digests.digest import Digest
from digests.disclosure.cells import MonthCells, month_cells
from digests.disclosure.public import public_edition, shown_by
from digests.disclosure.published import Basis, changed, public_bases
from digests.disclosure.suppression import Part, kept_back, masked
from digests.issues.frozen import figures_json, issued_from
from digests.issues.revisions import Issued
from digests.options import DigestOptions
from digests.render.cover import cover_lines
from digests.render.csv_files import csv_files
from digests.render.html import html_bytes
from digests.render.json_file import json_bytes
from digests.summary import Past
from digests.tables import Cell, Kind, Shorthand, Table
from storage.records import CountedMessage, Issue, ReviewState

Build = Callable[..., CountedMessage]
Make = Callable[..., Digest]
THRESHOLD = 5


def parts(counts: dict[str, int]) -> list[Part]:
    return [Part(id=name, messages=number, smallest=number) for name, number in counts.items()]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        pytest.param({"a": 14, "b": 9, "c": 3, "d": 0}, {"b", "c"}, id="one small: the next smallest goes too"),
        pytest.param({"a": 20, "b": 7, "c": 0}, set(), id="none small"),
        pytest.param({"a": 1, "b": 1, "c": 20, "d": 6}, {"a", "b", "d"}, id="two small that the rest gives away"),
        pytest.param({"a": 3, "b": 0}, {"a", ALL}, id="the only row: the total goes too"),
        pytest.param({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, {"a", "b", "c", "d", "e", ALL}, id="all ones"),
        pytest.param({"a": 0, "b": 0}, set(), id="nothing"),
    ],
)
def test_kept_back_where_rows_add_up(counts: dict[str, int], hidden: set[str]) -> None:
    assert kept_back(parts(counts), sum(counts.values()), THRESHOLD, overlapping=False) == hidden


def test_with_the_total_every_share_is_kept_back(digest_of: Make, message: Build) -> None:
    """Twelve messages that are 60 per cent tell that there are twenty."""
    messages = [message(n, user="academia" if n < 12 else "media") for n in range(20)]
    table = masked(digest_of(messages).table("messages-by-user"), {ALL})
    assert [row[1:] for row in table.rows if row[0] in ("Academia", "Local Government", "All messages")] == [
        (0, 0, 0, 0.0),
        (12, 12, 12, Shorthand.CONFIDENTIAL),
        (*[Shorthand.CONFIDENTIAL] * 4,),
    ]


def test_overlapping_rows_keep_back_a_second_where_the_total_bounds_the_first() -> None:
    found = kept_back(parts({"a": 16, "b": 4, "c": 30, NONE: 10}), 60, THRESHOLD, overlapping=True)
    assert found == {"b", NONE}


def test_overlapping_rows_hide_the_rest_that_is_in_some_row() -> None:
    assert NONE in kept_back(parts({"a": 2, NONE: 40}), 42, THRESHOLD, overlapping=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_no_hidden_small_count_can_be_solved_from_the_total(numbers: list[int]) -> None:
    """Try every set of numbers that agrees with what is shown: a small count must have at least three answers."""
    counts = {f"row {place}": number for place, number in enumerate(numbers)}
    whole = sum(numbers)
    hidden = sorted(kept_back(parts(counts), whole, THRESHOLD, overlapping=False) - {ALL})
    if len(hidden) == len(kept_back(parts(counts), whole, THRESHOLD, overlapping=False)) and hidden:
        remainder = whole - sum(number for name, number in counts.items() if name not in hidden)
        answers = [each for each in product(range(1, remainder + 1), repeat=len(hidden)) if sum(each) == remainder]
        for place, name in enumerate(hidden):
            if counts[name] < THRESHOLD:
                assert len({each[place] for each in answers}) >= 3


@pytest.fixture
def busy(message: Build) -> list[CountedMessage]:
    """A month of 40 messages with small and large rows."""
    users = ["local-government"] * 20 + ["academia"] * 12 + ["media"] * 2 + ["unknown"] * 6
    return [
        message(
            number,
            user=user,
            products=["cohesion"] if number % 2 else ["headline"],
            says=["Jane Bloggs says so."],
            decides=["We decide."] if number < 9 else [],
            sender="Jane Bloggs <jane@example.org>",
            subject="Secret subject",
        )
        for number, user in enumerate(users, 1)
    ]


def test_the_public_edition_holds_no_words_of_messages(digest_of: Make, busy: list[CountedMessage]) -> None:
    public = public_edition(digest_of(busy), DigestOptions())
    written = html_bytes(public) + json_bytes(public) + b"".join(csv_files(public).values())
    for word in (b"Jane", b"example.org", b"Secret", b"We decide"):
        assert word not in written
    assert public.coded == ()
    assert all(not table.behind for table in public.tables)


def test_the_public_edition_keeps_small_counts_and_shares_back(digest_of: Make, busy: list[CountedMessage]) -> None:
    table = public_edition(digest_of(busy), DigestOptions()).table("messages-by-user")
    rows = dict(zip(table.row_ids, table.rows, strict=True))
    assert rows["media"][1:] == (Shorthand.CONFIDENTIAL,) * 4
    assert rows["unknown"][1:] == (Shorthand.CONFIDENTIAL,) * 4
    assert rows["local-government"][1:] == (20, 20, 20, 50.0)
    assert rows["all"][1] == 40
    assert table.legend


def test_no_small_count_is_in_the_public_edition(digest_of: Make, busy: list[CountedMessage]) -> None:
    public = public_edition(digest_of(busy), DigestOptions())
    counts = [
        cell
        for table in public.tables
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if column.kind is Kind.COUNT and isinstance(cell, int)
    ]
    assert counts
    assert not [number for number in counts if 0 < number < THRESHOLD]


def test_many_messages_of_few_senders_are_kept_back(digest_of: Make, message: Build) -> None:
    messages = [message(n, user="media" if n < 10 else "academia", key="one" if n < 10 else None) for n in range(60)]
    table = public_edition(digest_of(messages), DigestOptions()).table("messages-by-user")
    assert table.rows[table.row_ids.index("media")][1] is Shorthand.CONFIDENTIAL


def test_a_month_too_small_is_withheld_whole(digest_of: Make, message: Build) -> None:
    public = public_edition(digest_of([message(n, products=["cohesion"]) for n in range(8)]), DigestOptions())
    cells = {cell for table in public.tables for row in table.rows for cell in row if isinstance(cell, int) and cell}
    assert cells == set()


def test_the_trend_keeps_small_months_back(digest_of: Make, busy: list[CountedMessage]) -> None:
    figures = MonthFigures(
        month="2011-02", received=9, messages=7, threads=6, senders=6, uses_stated=2, status="issued"
    )
    none = {("unknown", NONE): 7}
    small = MonthCells(figures=figures, users={"unknown": 7}, products=none, uses=none)
    table = public_edition(digest_of(busy, past=Past(public=[small])), DigestOptions()).table("trend")
    assert table.rows[-2][1] is Shorthand.CONFIDENTIAL
    assert table.rows[-1][1] == 40
    assert [column.id for column in table.columns] == ["month", "messages", "threads", "senders", "status"]


def test_a_later_edition_shows_the_earlier_figures_until_enough_has_changed(
    digest_of: Make, busy: list[CountedMessage], message: Build
) -> None:
    issued = Issued(number=1, issued_at="", coded=digest_of(busy).coded)
    few = [*busy, *(message(100 + n, user="local-government") for n in range(2))]
    many = [*busy, *(message(100 + n, user="local-government") for n in range(6))]
    shown = {}
    for name, messages in (("few", few), ("many", many)):
        later = digest_of(messages, past=Past(issues=[issued]))
        table = public_edition(later, DigestOptions()).table("messages-by-user")
        trend = public_edition(later, DigestOptions()).table("trend")
        shown[name] = (table.rows[-1][1], trend.rows[-1][1], later.table("messages-by-user").rows[-1][1])
    assert shown == {"few": (40, 40, 42), "many": (46, 46, 46)}


def test_a_further_public_edition_says_what_it_revises(
    digest_of: Make, busy: list[CountedMessage], message: Build
) -> None:
    first = digest_of(busy)
    shown = shown_by(first, public_edition(first, DigestOptions()), DigestOptions())
    issued = issued_from(issue_with(figures_json(first, shown, 5)))
    past = Past(issues=[replace(issued, issued_at="4 April 2011")], editions=[shown])
    more = [*busy, *(message(100 + n, user="local-government") for n in range(6))]
    revised = public_edition(digest_of(more, past=past), DigestOptions())
    table = revised.table("revisions")
    assert table.title == "Revisions since issue 1, published at 4 April 2011"
    rows = dict(zip(table.row_ids, table.rows, strict=True))
    assert rows["messages-by-user/all/messages"] == ("Messages by kind of user", "All messages", "Messages", 40, 46)
    assert rows["messages-by-user/local-government/messages"][3:] == (20, 26)
    same = public_edition(digest_of(busy[:-1], past=past), DigestOptions())
    unknown = public_edition(digest_of(more, past=replace(past, editions=())), DigestOptions())
    assert list(map(_revises, (revised, same, unknown, digest_of(busy, past=past)))) == [
        "Issue 1, published at 4 April 2011: what has changed stands in the table of revisions",
        "Issue 1, published at 4 April 2011: no count of this edition has changed",
        "Issue 1, published at 4 April 2011",
        "Issue 1, published at 4 April 2011: no count of the month's own tables has changed",
    ]
    assert "revisions" not in [table.id for table in same.tables]


def _revises(digest: Digest) -> str:
    return next(line.text for line in cover_lines(digest) if line.label == "Revises")


def test_a_further_public_edition_says_where_a_month_of_its_trend_was_revised(
    digest_of: Make, busy: list[CountedMessage]
) -> None:
    february = [replace(one, id=1000 + one.id, arrived_at=datetime(2011, 2, 10, tzinfo=UTC)) for one in busy]
    more = [*february, *(replace(one, id=2000 + one.id) for one in february[:15])]
    months = [
        month_cells("2011-02", digest_of(some).coded, count_pending=True, status="issued") for some in (february, more)
    ]
    first = digest_of(busy, past=Past(public=[months[0]]))
    shown = shown_by(first, public_edition(first, DigestOptions()), DigestOptions())
    issued = [Issued(number=1, issued_at="4 April 2011", coded=first.coded)]
    second = public_edition(
        digest_of(busy, past=Past(issues=issued, editions=[shown], public=[months[1]])), DigestOptions()
    )
    rows = dict(zip(*_rows(second.table("revisions")), strict=True))
    assert rows["trend/2011-02/messages"][3:] == (40, 55)
    assert _revises(second).endswith("what has changed stands in the table of revisions")


def test_a_later_edition_keeps_back_what_an_earlier_one_did(
    digest_of: Make, busy: list[CountedMessage], message: Build
) -> None:
    """Media was small and hidden with "unknown"; were it shown once it has grown, the old remainder would tell it."""
    issued = Issued(number=1, issued_at="", coded=digest_of(busy).coded)
    grown = [*busy, *(message(100 + n, user="media") for n in range(8))]
    table = public_edition(digest_of(grown, past=Past(issues=[issued])), DigestOptions()).table("messages-by-user")
    rows = dict(zip(table.row_ids, table.rows, strict=True))
    assert rows["media"][1] is Shorthand.CONFIDENTIAL
    assert rows["unknown"][1] is Shorthand.CONFIDENTIAL
    assert rows["local-government"][1] == 20


def test_changes_are_counted_by_message(digest_of: Make, busy: list[CountedMessage]) -> None:
    whole = Basis(coded=digest_of(busy).coded, counts_pending=True, small_count_below=5)
    one_less, ten_less = replace(whole, coded=whole.coded[1:]), replace(whole, coded=whole.coded[10:])
    assert changed(whole, one_less) == 1
    assert changed(whole, replace(whole, coded=tuple(reversed(whole.coded)))) == 0
    assert changed(whole, replace(whole, counts_pending=False)) == len(busy)  # nobody has reviewed any
    assert public_bases([whole, one_less, ten_less]) == (whole, whole, ten_less)


def test_an_edition_that_leaves_pending_out_shows_the_earlier_figures_as_they_were(
    digest_of: Make, busy: list[CountedMessage]
) -> None:
    """Two pending messages that count no more would be told by the difference."""
    reviewed = [replace(each, state=ReviewState.CONFIRMED) for each in busy[:-2]] + busy[-2:]
    issued = Issued(number=1, issued_at="", coded=digest_of(reviewed).coded, small_count_below=5)
    options = DigestOptions(count_pending=False)
    later = digest_of(reviewed, options, past=Past(issues=[issued]))
    public = public_edition(later, options)
    assert public.table("messages-by-user").rows[-1][1] == 40
    assert "by the tags that the rules propose" in public.note("pending").text
    changes = {row_id: row[3:] for row_id, row in zip(*_rows(later.table("revisions")), strict=True)}
    assert changes["messages-by-user/all/messages"] == (40, 38, "−2", "2 pending, which no longer count")


def test_an_edition_that_stands_on_earlier_figures_shows_the_earlier_quality(
    digest_of: Make, busy: list[CountedMessage], message: Build
) -> None:
    busy = [replace(each, state=ReviewState.CONFIRMED) for each in busy]
    first = digest_of(busy)
    issued = issued_from(issue_with(figures_json(first, shown_by(first, first, DigestOptions()), 5)))
    later = [*busy, *(message(100 + n, user="academia", state=ReviewState.CONFIRMED) for n in range(2))]
    tables = {}
    for name, past in (("anew", Past()), ("again", Past(issues=[issued]))):
        public = public_edition(digest_of(later, past=past), DigestOptions()).table("quality")
        tables[name] = public.rows[public.row_ids.index("reviewed")][2]
    assert tables == {"anew": 42, "again": 40}


def test_the_public_quality_is_of_messages_that_count(
    digest_of: Make, busy: list[CountedMessage], message: Build
) -> None:
    month = digest_of([*busy, *(message(200 + n, disposition="auto-reply") for n in range(7))])
    public = public_edition(month, DigestOptions()).table("quality")
    assert [month.table("quality").rows[0][2], public.rows[0][2]] == [47, 40]


def issue_with(figures: str) -> Issue:
    at = datetime(2011, 4, 4, tzinfo=UTC)
    kinds = {"account": "", "month": "2011-03", "status": "provisional", "rules_version": "", "sha256": ""}
    return Issue(id=1, number=1, issued_at=at, figures=figures, message_ids=(), **kinds)


def _rows(table: Table) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    return table.row_ids, table.rows
