"""Editions over single mailboxes beside those over all: what one keeps back, the others must not give away."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from digests.counting.coded import code_all
from digests.digest import Digest
from digests.disclosure.audit import Audit
from digests.disclosure.cells import MonthCells, month_cells
from digests.disclosure.mailboxes import standing_together
from digests.disclosure.public import edition_to_come, public_edition, shown_by
from digests.disclosure.rows import Leak
from digests.disclosure.shown import Shown, shown_from, shown_json
from digests.disclosure.window import PRODUCTS
from digests.options import DigestOptions
from digests.period import month_bounds, months_to
from digests.summary import Past
from digests.tables import Shorthand
from storage.records import CountedMessage

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
BOXES = ("north", "south", "west")
OVER_ALL = DigestOptions(accounts=BOXES)
USERS = ("local-government", "academia", "media", "unknown")


def of_all_kinds(message: Build, counts: Mapping[str, Sequence[int]]) -> list[CountedMessage]:
    """Make up a month: for each mailbox so many messages of each kind of user."""
    numbers = iter(range(1, 10_000))
    return [
        replace(message(next(numbers), user=user, products=["cohesion"]), account=account)
        for account, numbers_of in counts.items()
        for user, count in zip(USERS, numbers_of, strict=True)
        for _ in range(count)
    ]


def leaks_of(editions: Sequence[Shown]) -> list[Leak]:
    return list(Audit(editions, 5).leaks())


def issued_beside(
    digest_of: Make, messages: Sequence[CountedMessage], boxes: Sequence[str] = BOXES
) -> dict[str, tuple[Digest, Shown]]:
    """Issue the month over all mailboxes, then over each; every edition knows those before it and those to come."""
    issued: dict[str, tuple[Digest, Shown]] = {}
    orders = ("", *boxes)
    for place, account in enumerate(orders):
        options = replace(OVER_ALL, account=account or None)
        to_come = [_least(digest_of, messages, each) for each in orders[place + 1 :]]
        past = Past(editions=(*(shown for _, shown in issued.values()), *to_come))
        digest = digest_of(_of(messages, account), options, past=past)
        public = public_edition(digest, options)
        issued[account] = public, shown_by(digest, public, options)
    return issued


def _of(messages: Sequence[CountedMessage], account: str) -> list[CountedMessage]:
    return [one for one in messages if account in ("", one.account)]


def _least(digest_of: Make, messages: Sequence[CountedMessage], account: str) -> Shown:
    options = replace(OVER_ALL, account=account)
    digest = digest_of(_of(messages, account), options)
    return edition_to_come((*digest.tables, *digest.public.tables), digest.public.months, options)


def alone(digest_of: Make, messages: Sequence[CountedMessage], account: str) -> Shown:
    """Make an edition that knows of no other."""
    options = DigestOptions(account=account or None)
    digest = digest_of(_of(messages, account), options)
    return shown_by(digest, public_edition(digest, options), options)


SMALL_IN_ONE = {"north": (30, 18, 12, 9), "south": (25, 14, 2, 8), "west": (22, 16, 0, 11)}


def test_editions_that_do_not_know_of_each_other_give_a_small_count_away(digest_of: Make, message: Build) -> None:
    """South has 2 messages of the media and keeps them back: 14 are over all, 12 in the north, none in the west."""
    messages = of_all_kinds(message, SMALL_IN_ONE)
    shown = [alone(digest_of, messages, account) for account in ("", *BOXES)]
    told = {leak.name[1:]: (leak.low, leak.high) for leak in leaks_of(shown) if leak.name[0] == "messages-by-user"}
    assert told[shown[2].own.version, "media", "messages"] == (2, 2)


def test_what_old_editions_gave_away_withholds_no_later_one(digest_of: Make, message: Build) -> None:
    """March is told, whatever April shows: to keep April back would hide nothing."""
    messages = of_all_kinds(message, SMALL_IN_ONE)
    old = [alone(digest_of, messages, account) for account in ("", *BOXES)]
    told_before = {(leak.name, leak.low, leak.high) for leak in leaks_of(old)}
    digest = digest_of(messages, DigestOptions(), month="2011-04", past=Past(editions=old))
    public = public_edition(digest, DigestOptions())
    assert [row[1] for row in public.table("messages-by-user").rows] == [77, 48, 14, 28, 167]
    shown = shown_by(digest, public, DigestOptions())
    assert {(leak.name, leak.low, leak.high) for leak in leaks_of([*old, shown])} == told_before != set()


def test_the_rest_of_the_mailboxes_is_guarded_before_they_have_editions(digest_of: Make, message: Build) -> None:
    messages = of_all_kinds(message, SMALL_IN_ONE)
    leaks = leaks_of([alone(digest_of, messages, account) for account in ("", "north")])
    assert ("media", 2, 2) in [(leak.name[2], leak.low, leak.high) for leak in leaks]


def test_editions_of_mailboxes_keep_back_what_would_give_another_away(digest_of: Make, message: Build) -> None:
    issued = issued_beside(digest_of, of_all_kinds(message, SMALL_IN_ONE))
    assert leaks_of([shown for _, shown in issued.values()]) == []
    media = {account: _media(public) for account, (public, _) in issued.items()}
    assert media == {"": 14, "north": Shorthand.CONFIDENTIAL, "south": Shorthand.CONFIDENTIAL, "west": 0}


def test_the_edition_over_all_keeps_back_what_mailboxes_could_not_hide(digest_of: Make, message: Build) -> None:
    """Six messages, two in each mailbox: all three keep theirs back, and yet none could be more than four."""
    issued = issued_beside(
        digest_of,
        of_all_kinds(message, {"north": (30, 18, 2, 9), "south": (25, 14, 2, 8), "west": (22, 16, 2, 11)}),
    )
    assert {_media(public) for public, _ in issued.values()} == {Shorthand.CONFIDENTIAL}
    assert leaks_of([shown for _, shown in issued.values()]) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_small_count_can_be_worked_out_of_all_mailboxes(digest_of: Make, message: Build, seed: int) -> None:
    chance = random.Random(seed)
    counts = {box: (chance.randrange(10, 30), chance.randrange(20), *chance.sample(range(9), 2)) for box in BOXES}
    issued = issued_beside(digest_of, of_all_kinds(message, counts))
    assert leaks_of([shown for _, shown in issued.values()]) == []
    assert isinstance(_media(issued[""][0]), int) or min(counts[box][2] for box in BOXES) < 5


@pytest.mark.parametrize("largest", [2, 3, 9, 30])
@pytest.mark.parametrize("seed", range(2))
def test_nor_where_old_mail_lies_in_no_mailbox(digest_of: Make, message: Build, seed: int, largest: int) -> None:
    """What was imported is counted over all, and has no edition of its own: its small counts are guarded too."""
    chance = random.Random(seed)
    counts = {box: (chance.randrange(10, 30), chance.randrange(20), *chance.sample(range(9), 2)) for box in BOXES[:2]}
    counts["archive"] = tuple(chance.randrange(largest) for _ in USERS)
    issued = issued_beside(digest_of, of_all_kinds(message, counts), BOXES[:2])
    assert leaks_of([shown for _, shown in issued.values()]) == []
    assert told_of_the_rest(issued, counts["archive"]) == []


LARGE_IN_BOTH = {"north": (30, 18, 12, 9), "south": (25, 14, 6, 8)}


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param((0, 0, 2, 0), id="two-of-the-media"),
        pytest.param((0, 0, 4, 0), id="four-of-the-media"),
        pytest.param((1, 0, 2, 1), id="four-of-three-kinds"),
    ],
)
def test_a_rest_of_a_few_messages_is_guarded(digest_of: Make, message: Build, archive: tuple[int, ...]) -> None:
    """So few may have come in between two editions or lie in no mailbox: who takes one for the other learns of them."""
    messages = of_all_kinds(message, {**LARGE_IN_BOTH, "archive": archive})
    issued = issued_beside(digest_of, messages, BOXES[:2])
    assert leaks_of([shown for _, shown in issued.values()]) == []
    assert told_of_the_rest(issued, archive) == []


@pytest.mark.parametrize("came_later", [True, False])
def test_few_messages_between_two_editions_are_guarded(digest_of: Make, message: Build, *, came_later: bool) -> None:
    """Two of the media come in after the edition over all, or are taken out: those of the mailboxes make way for it."""
    few = of_all_kinds(message, LARGE_IN_BOTH)
    more = [*few, *(replace(one, id=5000 + one.id) for one in few if one.account == "south" and _is_media(one))][:-4]
    first, later = (few, more) if came_later else (more, few)
    issued: list[Shown] = []
    for messages, account, *others in ((first, "", "north", "south"), (later, "north", "south"), (later, "south")):
        options = replace(OVER_ALL, account=account or None)
        to_come = (_least(digest_of, messages, other) for other in others)
        digest = digest_of(_of(messages, account), options, past=Past(editions=(*issued, *to_come)))
        issued.append(shown_by(digest, public_edition(digest, options), options))
    assert leaks_of(issued) == []
    assert None in [_messages(shown, "media") for shown in issued[1:]]


def _is_media(one: CountedMessage) -> bool:
    return any(tag.value == "media" for tag in one.tags)


def told_of_the_rest(issued: Mapping[str, tuple[Digest, Shown]], archive: Sequence[int]) -> list[str]:
    """Take the mailboxes from the edition over all, as a reader would: name the kinds whose small rest is left."""
    small = [user for user, number in zip(USERS, archive, strict=True) if 0 < number < 5]
    return [user for user in small if all(_messages(shown, user) is not None for _, shown in issued.values())]


def _messages(shown: Shown, user: str) -> int | None:
    return shown.counts["messages-by-user", user, "messages"]


def _media(public: Digest) -> object:
    table = public.table("messages-by-user")
    return table.rows[table.row_ids.index("media")][1]


def test_quality_is_told_of_all_mailboxes_together_alone(digest_of: Make, message: Build) -> None:
    messages = of_all_kinds(message, SMALL_IN_ONE)
    tables = [
        [table.id for table in public_edition(digest_of(messages, options), options).tables]
        for options in (DigestOptions(), DigestOptions(account="north"))
    ]
    assert ["quality" in names for names in tables] == [True, False]


def test_what_stood_beside_each_other_is_related(digest_of: Make, message: Build) -> None:
    """Over all, then north, then over all once more: the second edition over all stands beside the same north."""
    first = of_all_kinds(message, SMALL_IN_ONE)
    more = [*first, *(replace(one, id=5000 + one.id) for one in _of(first, "west"))]
    shown = [alone(digest_of, first, ""), alone(digest_of, first, "north"), alone(digest_of, more, "")]
    found = [(each.whole.version, [part.account for part in each.parts]) for each in standing_together(shown)]
    assert found == [(shown[0].own.version, ["north"]), (shown[2].own.version, ["north"])]


def test_a_mailbox_whose_mail_came_later_contradicts_nothing(digest_of: Make, message: Build) -> None:
    """The edition over all stood before three messages came: what does not add up in truth is not taken for known."""
    first = of_all_kinds(message, SMALL_IN_ONE)
    more = [*first, *(replace(one, id=5000 + one.id) for one in _of(first, "north")[:3])]
    shown = [alone(digest_of, first, ""), *(alone(digest_of, more, box) for box in BOXES)]
    assert isinstance(leaks_of(shown), list)  # AuditFailed, if the rows contradicted each other


def test_the_truth_is_frozen_with_an_edition(digest_of: Make, message: Build) -> None:
    shown = alone(digest_of, of_all_kinds(message, SMALL_IN_ONE), "south")
    again = shown_from(shown_json(shown))
    assert (again.truth, again.own.account, again.own.version) == (shown.truth, "south", shown.own.version)
    assert again.truth["messages-by-user", "media", "messages"] == 2
    assert again.counts["messages-by-user", "media", "messages"] is None


def _twelve_months(digest_of: Make, message: Build) -> list[tuple[Digest, Shown]]:
    """Twelve months, of which the last alone is issued: over all, over north, over south."""
    chance, boxes = random.Random(3), ("north", "south")
    months = {month: _a_month(message, month, chance) for month in months_to("2011-03", 12)}
    cells = {account: _cells_before(months, account) for account in ("", *boxes)}
    made: list[tuple[Digest, Shown]] = []
    for place, account in enumerate(cells):
        options = DigestOptions(account=account or None, accounts=boxes)
        past = Past(public=cells[account])
        to_come = [
            edition_to_come((*other.tables, *other.public.tables), other.public.months, options)
            for other in (
                digest_of(_of(months["2011-03"], one), DigestOptions(account=one), past=Past(public=cells[one]))
                for one in boxes[place:]
            )
        ]
        past = replace(past, editions=(*(shown for _, shown in made), *to_come))
        digest = digest_of(_of(months["2011-03"], account), options, past=past)
        made.append((digest, shown_by(digest, public_edition(digest, options), options)))
    return made


def _cells_before(months: dict[str, list[CountedMessage]], account: str) -> tuple[MonthCells, ...]:
    return tuple(
        month_cells(month, code_all(_of(messages, account)), count_pending=True, status="provisional", account=account)
        for month, messages in months.items()
        if month < "2011-03"
    )


def _a_month(message: Build, month: str, chance: random.Random) -> list[CountedMessage]:
    """Make up a month: whom the media ask about volunteering in the south is seldom; in the north it is not."""
    weights = {"north": (12, 8, 6, 4), "south": (12, 8, 0.3, 4)}
    return [
        replace(
            message(
                number,
                at=month_bounds(month).start + timedelta(days=3),
                user=chance.choices(USERS, weights[account])[0],
                products=chance.sample(("headline", "cohesion", "volunteering"), chance.choice((0, 1, 1, 2))),
            ),
            account=account,
        )
        for number, account in enumerate(("north", "south") * 40, 1)
    ]


def test_cells_over_twelve_months_are_not_given_away_by_other_mailboxes(digest_of: Make, message: Build) -> None:
    """Struck out one by one, the cell over all less that of the north is the small cell of the south."""
    made = _twelve_months(digest_of, message)
    naive, safe = [_beside_none(digest) for digest, _ in made], [shown for _, shown in made]
    cell = (PRODUCTS, "media", "volunteering")
    over_all, north, south = (shown.counts[cell] for shown in naive)
    assert (over_all, north, south) == (34, 31, None)
    assert ("media", "volunteering") in [leak.name[2:] for leak in leaks_of(naive)]
    assert leaks_of(safe) == []
    assert safe[0].counts[cell] == over_all


def _beside_none(digest: Digest) -> Shown:
    """Give what the public edition would show that knows of no other."""
    options = DigestOptions(account=digest.account or None)
    alone = replace(digest, public=replace(digest.public, editions=()))
    return shown_by(alone, public_edition(alone, options), options)
