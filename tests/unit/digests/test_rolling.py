"""Cross tables over rolling twelve months: windows set against each other give no small count of a month away."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.adversary import Adversary, read_edition

from digests.digest import Digest
from digests.disclosure.audit import Audit
from digests.disclosure.cells import MonthCells, from_json, to_json
from digests.disclosure.public import public_edition, shown_by
from digests.disclosure.rows import Leak
from digests.disclosure.shown import Shown, shown_from, shown_json
from digests.disclosure.window import PRODUCTS, USES, WINDOW_TABLES
from digests.errors import AuditFailed
from digests.options import DigestOptions
from digests.period import month_bounds, shifted
from digests.render.files import write_files
from digests.summary import Issuing, Past
from digests.tables import Kind, Table
from storage.records import CountedMessage

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
OPTIONS = DigestOptions()
USERS, WEIGHTS = ("local-government", "academia", "media", "unknown"), (12, 8, 2, 1)
FIRST = "2010-03"


def leaks_of(editions: Sequence[Shown], threshold: int) -> tuple[Leak, ...]:
    """Attack the editions and name what can be worked out."""
    return tuple(Audit(editions, threshold).leaks())


def a_month(message: Build, month: str, chance: random.Random, size: int) -> list[CountedMessage]:
    """Make up a month: two kinds of user write often, two seldom."""
    at = month_bounds(month).start + timedelta(days=3)
    return [
        message(
            number,
            at=at,
            user=chance.choices(USERS, WEIGHTS)[0],
            products=chance.sample(("headline", "cohesion", "volunteering"), chance.choice((0, 1, 1, 2))),
            uses=chance.sample(("integration", "research"), chance.choice((0, 0, 1))),
            key=f"sender {chance.randrange(2 * size)}",
        )
        for number in range(1, size + 1)
    ]


def issued_in_turn(digest_of: Make, months: Sequence[tuple[str, list[CountedMessage]]]) -> list[tuple[Digest, Digest]]:
    """Issue months one after the other; give each digest with its public edition."""
    cells: list[MonthCells] = []
    editions: list[Shown] = []
    made = []
    for month, messages in months:
        past = Past(public=tuple(cells[-12:]), editions=tuple(editions))
        digest = digest_of(messages, month=month, past=past, issuing=Issuing(number=1))
        public = public_edition(digest, OPTIONS)
        cells.append(digest.public.months[-1])
        editions.append(shown_by(digest, public, OPTIONS))
        made.append((digest, public))
    return made


@pytest.fixture(scope="module")
def fourteen(digest_of: Make, message: Build) -> list[tuple[Digest, Digest]]:
    """Fourteen months issued in turn: the last three have cross tables over twelve months.

    Nobody of the media writes in the first month; in the thirteenth, when it drops out, two ask about cohesion.
    """
    chance = random.Random(7)
    months = {month: a_month(message, month, chance, 40) for month in (shifted(FIRST, place) for place in range(14))}
    for month, asked in ((FIRST, 0), (shifted(FIRST, 12), 2)):
        others = [one for one in months[month] if all(tag.value != "media" for tag in one.tags)]
        at = others[0].arrived_at
        media = [message(900 + n, at=at, user="media", products=["cohesion"]) for n in range(asked)]
        months[month] = [*others, *media]
    return issued_in_turn(digest_of, list(months.items()))


def numbers(table: Table) -> dict[tuple[str, str], int]:
    """Give the counts that a table shows."""
    return {
        (row_id, column.id): cell
        for row_id, row in zip(table.row_ids, table.rows, strict=True)
        for column, cell in zip(table.columns, row, strict=True)
        if column.kind is Kind.COUNT and isinstance(cell, int)
    }


def test_cross_tables_begin_with_the_twelfth_month(fourteen: list[tuple[Digest, Digest]]) -> None:
    begun = [any(table.id == PRODUCTS for table in public.tables) for _, public in fourteen]
    assert begun == [False] * 11 + [True] * 3
    assert fourteen[11][1].table(PRODUCTS).title == "Messages by kind of user and product, March 2010 to February 2011"
    assert fourteen[12][1].table(USES).title.endswith("April 2010 to March 2011")


def test_cross_tables_add_up_twelve_months(fourteen: list[tuple[Digest, Digest]]) -> None:
    shown = numbers(fourteen[13][1].table(PRODUCTS))
    assert sum(number > 0 for number in shown.values()) >= 4
    for (user, product), number in shown.items():
        months = [digest.table("products-by-users") for digest, _ in fourteen[2:]]
        assert number == sum(numbers(table)[user, product] for table in months)


def test_no_count_of_all_editions_can_be_worked_out(fourteen: list[tuple[Digest, Digest]]) -> None:
    assert leaks_of([shown_by(digest, public, OPTIONS) for digest, public in fourteen], 5) == ()


def test_nor_out_of_the_files_by_somebody_who_reckons_with_messages(
    fourteen: list[tuple[Digest, Digest]], tmp_path: Path
) -> None:
    """Of the last two months; the adversary has the files of all fourteen, and no cell of theirs is known either."""
    for place, (_, public) in enumerate(fourteen):
        write_files(public, tmp_path / str(place), formats=("csv", "json", "xlsx"))
    adversary = Adversary([read_edition(tmp_path / str(place)) for place in range(14)])
    for place in (12, 13):
        public = fourteen[place][0].public
        true = {(table.id, *key): number for table in public.tables for key, number in numbers(table).items()}
        assert adversary.told(place, true, 5) == []
        cells = public.months[-1]
        small = {
            (name, *pair): number
            for name, counts in ((PRODUCTS, cells.products), (USES, cells.uses))
            for pair, number in counts.items()
            if number < 5
        }
        assert adversary.told_of_cells(place, small) == []


def test_no_two_windows_differ_by_a_small_count_of_one_month(fourteen: list[tuple[Digest, Digest]]) -> None:
    """The plainest attack, without a solver: a cell shown twice, where the month that dropped out had no such user."""
    told = []
    for place in (12, 13):
        came, dropped = fourteen[place], fourteen[place - 12]
        for name, inside in ((PRODUCTS, "products-by-users"), (USES, "")):
            old, new = numbers(fourteen[place - 1][1].table(name)), numbers(came[1].table(name))
            gone = numbers(dropped[1].table("messages-by-user"))
            for user, label in old.keys() & new.keys():
                difference = new[user, label] - old[user, label]
                if gone.get((user, "messages")) == 0 and 0 < difference < 5:
                    told.append((inside, user, label, difference))
    assert told == []


def test_naive_suppression_leaks_by_differencing_two_windows(fourteen: list[tuple[Digest, Digest]]) -> None:
    """Struck out cell by cell, both windows show what the media asked on cohesion: the difference is a small count."""
    shown = [shown_by(digest, public, OPTIONS) for digest, public in fourteen[:13]]
    naive = [*shown[:11], *map(_shown_naively, fourteen[11:13], shown[11:])]
    place = (PRODUCTS, "media", "cohesion")
    old, new = (one.counts[place] or 0 for one in naive[11:])
    assert old >= 5
    assert new - old == 2
    told = {(leak.name[0], leak.name[2], leak.name[3]): (leak.low, leak.high) for leak in leaks_of(naive, 5)}
    assert told[place] == (2, 2)
    assert [one.counts[place] for one in shown[11:]] != [old, new]
    assert leaks_of(shown, 5) == ()


def _shown_naively(made: tuple[Digest, Digest], shown: Shown) -> Shown:
    """Keep small cells of the cross tables back, and nothing else of them."""
    digest, _ = made
    counts = dict(shown.counts)
    for table in digest.public.tables:
        for (row, column), number in numbers(table).items() if table.id in WINDOW_TABLES else ():
            if (table.id, row, column) in counts:
                counts[table.id, row, column] = None if 0 < number < 5 else number
    return replace(shown, counts=counts)


def test_the_truth_agrees_with_all_that_the_attacker_knows(fourteen: list[tuple[Digest, Digest]]) -> None:
    """With nothing kept back the equations still hold: else an audit would prove nothing. Altered, they do not."""
    open_ = [shown_by(digest, _nothing_kept_back(digest, public), OPTIONS) for digest, public in fourteen]
    leaks_of(open_, 5)
    place = ("messages-by-user", "media", "messages")
    false = replace(open_[13], counts={**open_[13].counts, place: (open_[13].counts[place] or 0) + 1})
    with pytest.raises(AuditFailed):
        leaks_of([*open_[:13], false], 5)


def _nothing_kept_back(digest: Digest, public: Digest) -> Digest:
    given = {table.id: table for table in (*digest.tables, *digest.public.tables)}
    return replace(public, tables=tuple(given[table.id] for table in public.tables if table.id in given))


def test_what_an_edition_shows_can_be_frozen(fourteen: list[tuple[Digest, Digest]]) -> None:
    digest, public = fourteen[13]
    shown = shown_by(digest, public, OPTIONS)
    again = shown_from(shown_json(shown))
    assert again.counts == shown.counts
    assert again.small == shown.small
    assert [cells.version for cells in again.months] == [cells.version for cells in shown.months]
    assert from_json(to_json(shown.own)).version == shown.own.version


def test_counts_that_differ_in_channels_or_decisions_alone_are_another_version(digest_of: Make, message: Build) -> None:
    """Else what one issue shows of a channel would be taken for what the next one keeps back."""
    plain, asked, decided = (
        digest_of([message(1, **more)]).public.months[-1]
        for more in ({}, {"channels": ["data-request"]}, {"decides": ["We decide."]})
    )
    assert (plain.users, plain.products) == (asked.users, asked.products) == (decided.users, decided.products)
    assert len({plain.version, asked.version, decided.version}) == 3
    assert from_json(to_json(decided)) == decided
