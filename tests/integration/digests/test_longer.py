"""The numbers of the trend and of the tables over twelve months, and the messages behind them."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from fakes.issued import issued
from sqlalchemy import update

from classifiers.catalogue import Catalogue
from digests.digest import Digest
from digests.disclosure.public import public_edition
from digests.disclosure.window import OVER_MONTHS, WINDOW_TABLES
from digests.errors import NumberNotFound
from digests.explain import explain_in
from digests.issues.earlier import months_from
from digests.issues.longer import longer_tables_of_draft, longer_tables_of_issue
from digests.issues.redacted import read_digest
from digests.make import make_digest
from digests.options import DigestOptions
from digests.render.html import html_bytes
from digests.render.json_file import json_bytes
from digests.tables import Table
from storage import models as m
from storage import reports
from storage.decisions import decide
from storage.engine import Store
from storage.records import Issue, TagRecord
from storage.reviews import message as stored_message

APRIL, JUNE, JULY = (datetime(2011, month, 4, 8, 30, tzinfo=UTC) for month in (4, 6, 7))
OPTIONS = DigestOptions(number_link="/n?table={table}&row={row}&column={column}")
Arrive = Callable[..., int]
Make = Callable[..., Digest]
Place = tuple[str, str, str]


@pytest.fixture
def make(store: Store, catalogue: Catalogue, tmp_path: Path) -> Make:
    """Make the digest of a month: a draft, or with `issue` an issue."""

    def making(month: str, now: datetime, *, issue: bool = False, again: bool = False) -> Digest:
        if issue:
            return issued(store, catalogue, month, OPTIONS, folder=tmp_path / "issued", now=now, again=again)
        return make_digest(store, catalogue, month, OPTIONS, now=now)

    return making


def day(month: int) -> datetime:
    return datetime(2011, month, 10, 12, tzinfo=UTC)


def issue_of(store: Store, month: str, number: int = 1) -> Issue:
    return reports.issues(store, month)[number - 1]


def linked(digest: Digest) -> dict[Place, int]:
    """Read the links of an internal page's tables over many months, each with its number."""
    found = re.findall(r'<a class="govuk-link" href="/n\?([^"]+)">([\d,]+)</a>', html_bytes(digest).decode())
    asked = [({name: values[0] for name, values in parse_qs(unescape(link)).items()}, text) for link, text in found]
    places = {(q["table"], q["row"], q["column"]): int(text.replace(",", "")) for q, text in asked}
    return {place: number for place, number in places.items() if place[0] in OVER_MONTHS}


def listed(tables: Sequence[Table], places: Sequence[Place]) -> dict[Place, int]:
    """Count the messages that stand behind numbers."""
    by_id = {table.id: table for table in tables}
    return {
        (table, row, column): len(by_id[table].behind[by_id[table].row_ids.index(row)][by_id[table].column(column)])
        for table, row, column in places
    }


def counts_over_months(digest: Digest) -> int:
    """Count the numbers of the tables over many months that are not zero: each is to be a link."""
    cells = (cell for name in OVER_MONTHS for row in digest.table(name).rows for cell in row)
    return sum(isinstance(cell, int) and cell > 0 for cell in cells)


@pytest.fixture
def year(store: Store, arrive: Arrive, make: Make) -> dict[str, Digest]:
    """January and February without an issue, March issued twice, April, and May: what came late and was corrected."""
    for number, month in enumerate((1, 1, 2, 3, 3, 3, 4, 5), start=1):
        arrive(number, at=day(month), user="media" if number % 3 == 0 else "academia")
    issues = {"march": make("2011-03", APRIL, issue=True)}
    arrive(20, at=day(1))
    held = stored_message(store, 4)
    media = tuple(TagRecord(dimension=t.dimension, value="media") if t.value == "academia" else t for t in held.tags)
    decide(store, 4, version=held.version, who="pat", tags=media, statements=held.statements, now=APRIL)
    issues["march again"] = make("2011-03", JUNE, issue=True, again=True)
    issues["april"] = make("2011-04", JUNE, issue=True)
    arrive(21, at=day(2))
    return {**issues, "may": make("2011-05", JULY, issue=True)}


ISSUES = [("march", "2011-03", 1), ("march again", "2011-03", 2), ("april", "2011-04", 1), ("may", "2011-05", 1)]


@pytest.mark.parametrize(("name", "month", "number"), [pytest.param(*one, id=one[0]) for one in ISSUES])
def test_each_number_over_many_months_lists_just_as_many_messages(
    name: str, month: str, number: int, year: dict[str, Digest], store: Store, catalogue: Catalogue, arrive: Arrive
) -> None:
    arrive(30, at=day(2))  # later: no issue counts it
    store.write(lambda session: session.connection().execute(update(m.message).values(arrived_at=day(8))))
    shown = linked(year[name])
    assert len(shown) == counts_over_months(year[name]) > 20
    assert listed(longer_tables_of_issue(store, issue_of(store, month, number), catalogue), list(shown)) == shown


def test_each_number_over_many_months_of_a_draft_lists_just_as_many_messages(
    year: dict[str, Digest], store: Store, make: Make, arrive: Arrive
) -> None:
    arrive(30, at=day(2))
    draft = make("2011-06", JULY)
    shown = linked(draft)
    assert len(shown) == counts_over_months(draft) > 20
    assert listed(longer_tables_of_draft(store, draft), list(shown)) == shown


def test_numbers_over_many_months_name_the_messages_as_that_issue_counted_them(
    year: dict[str, Digest], store: Store, catalogue: Catalogue
) -> None:
    """Message 4 was an academic's until it was corrected: too small a change for the public figures, and for these."""
    tables = longer_tables_of_issue(store, issue_of(store, "2011-04"), catalogue)
    found = {one.table.partition(",")[0]: one.message_ids for one in explain_in(tables, "academia × cohesion")}
    assert found == {"Messages by kind of user and product": (1, 2, 4, 5, 7)}
    assert [one.message_ids for one in explain_in(tables, "2011-01 × received")] == [(1, 2, 9)]


def test_a_month_of_which_nothing_is_known_has_no_number_to_explain(
    year: dict[str, Digest], store: Store, catalogue: Catalogue
) -> None:
    tables = longer_tables_of_issue(store, issue_of(store, "2011-04"), catalogue)
    with pytest.raises(NumberNotFound):
        explain_in(tables, "2010-06 × received")


def test_a_month_without_an_issue_is_frozen_once_and_again_only_when_it_has_changed(
    year: dict[str, Digest], store: Store
) -> None:
    kept = {
        month: [ids.month for ids in months_from(json.loads(issue_of(store, month, number).figures)).kept]
        for month, number in (("2011-03", 1), ("2011-03", 2), ("2011-04", 1), ("2011-05", 1))
    }
    assert kept == {"2011-03": ["2011-01"], "2011-04": ["2011-01"], "2011-05": ["2011-01", "2011-02"]}


def test_the_public_edition_has_no_link_and_says_of_no_record(year: dict[str, Digest]) -> None:
    for digest in year.values():
        public = public_edition(digest, OPTIONS)
        assert (linked(public), b"/n?" in html_bytes(public), public.earlier.months) == ({}, False, ())
        assert not {"number_link", "untraced"} & json.loads(json_bytes(public))["cover"].keys()


def test_numbers_that_an_old_issue_counted_first_are_no_links(
    year: dict[str, Digest], store: Store, catalogue: Catalogue, make: Make
) -> None:
    old = issue_of(store, "2011-03")
    figures = json.dumps({**json.loads(old.figures), "format": 4, "earlier": None}).replace('"earlier": null', '"x": 0')
    changed = update(m.digest_issue).where(m.digest_issue.c.id == old.id).values(figures=figures.encode())
    store.write(lambda session: session.connection().execute(changed))
    assert longer_tables_of_issue(store, replace(old, figures=figures), catalogue) == ()
    later = make("2011-06", JULY, issue=True)
    assert later.cover.untraced == WINDOW_TABLES
    assert {table for table, *_ in linked(later)} == {"trend"}
    found = longer_tables_of_issue(store, issue_of(store, "2011-06"), catalogue)
    assert [table.id for table in found] == ["trend"]


def test_a_redacted_page_keeps_its_links_and_an_old_one_gains_none(year: dict[str, Digest]) -> None:
    written = json_bytes(year["may"])
    assert linked(read_digest(written)) == linked(year["may"])
    old = json.loads(written)
    del old["cover"]["untraced"]
    assert linked(read_digest(json.dumps(old).encode())) == {}
