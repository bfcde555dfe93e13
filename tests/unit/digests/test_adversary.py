"""An adversary who has nothing but the public files, read back, tries to work out what they keep back."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.adversary import Adversary, Place, read_edition

from digests.digest import Digest
from digests.disclosure.public import edition_to_come, public_edition, shown_by
from digests.disclosure.shown import Shown
from digests.issues.revisions import Issued
from digests.options import DigestOptions
from digests.render.files import write_files
from digests.summary import Issuing, Past
from digests.tables import Kind
from storage.records import CountedMessage

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
BOXES = ("north", "south", "west")
USERS, WEIGHTS = ("local-government", "academia", "media", "unknown"), (12, 8, 2, 1)


def any_message(message: Build, number: int, chance: random.Random, user: str = "") -> CountedMessage:
    """Make a message up."""
    return message(
        number,
        user=user or chance.choices(USERS, WEIGHTS)[0],
        products=chance.sample(("headline", "cohesion", "volunteering"), chance.choice((0, 1, 1, 2))),
        uses=chance.sample(("integration", "research"), chance.choice((0, 0, 1))),
        channels=chance.sample(("data-request", "usage-feedback"), chance.choice((0, 1, 1))),
        decides=["We decide."] if chance.random() < 0.3 else [],
        key=f"sender {chance.randrange(60)}",
    )


def told(made: Sequence[tuple[Digest, Digest]], folder: Path) -> list[object]:
    """Write the public editions, read them back, and name all that can be worked out of them."""
    for place, (_, public) in enumerate(made):
        write_files(public, folder / str(place), formats=("csv", "json", "xlsx"))
    adversary = Adversary([read_edition(folder / str(place)) for place in range(len(made))])
    return [leak for place, (digest, _) in enumerate(made) for leak in adversary.told(place, true_counts(digest), 5)]


def true_counts(digest: Digest) -> Mapping[Place, int]:
    """Give the counts that the public edition rests on, with nothing kept back."""
    tables = {table.id: table for table in (*digest.tables, *digest.public.tables)}
    return {
        (table.id, row_id, column.id): cell
        for table in tables.values()
        for row_id, row in zip(table.row_ids, table.rows, strict=True)
        for column, cell in zip(table.columns, row, strict=True)
        if column.kind is Kind.COUNT and isinstance(cell, int)
    }


def issued(digest: Digest, options: DigestOptions) -> tuple[tuple[Digest, Digest], Shown]:
    public = public_edition(digest, options)
    return (digest, public), shown_by(digest, public, options)


@pytest.mark.parametrize("size", [18, 25, 40, 70])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_told_by_a_month(digest_of: Make, message: Build, tmp_path: Path, seed: int, size: int) -> None:
    chance = random.Random(seed)
    digest = digest_of([any_message(message, n, chance) for n in range(size)], issuing=Issuing(number=1))
    assert told([(digest, public_edition(digest, DigestOptions()))], tmp_path) == []


@pytest.mark.parametrize("late", [3, 6])
def test_nor_by_an_issue_and_the_next_one_after_late_mail(
    digest_of: Make, message: Build, tmp_path: Path, late: int
) -> None:
    """Three late messages leave the public figures as they were; six are told, and nothing of what is kept back."""
    chance, options = random.Random(late), DigestOptions()
    messages = [any_message(message, n, chance) for n in range(40 + late)]
    first, shown = issued(digest_of(messages[:40], issuing=Issuing(number=1)), options)
    past = Past(issues=(Issued(number=1, issued_at="4 April", coded=first[0].coded),), editions=(shown,))
    second, _ = issued(digest_of(messages, past=past, issuing=Issuing(number=2)), options)
    total = [public.table("messages-by-user").rows[-1][1] for _, public in (first, second)]
    assert total == [40, 40 if late < 5 else 40 + late]
    assert told([first, second], tmp_path) == []


def of_mailboxes(message: Build, chance: random.Random) -> list[CountedMessage]:
    """Make up a month of three mailboxes: two kinds of user write often, two seldom."""
    numbers = iter(range(1, 1000))
    counts = {box: (chance.randrange(10, 30), chance.randrange(20), *chance.sample(range(9), 2)) for box in BOXES}
    return [
        replace(any_message(message, next(numbers), chance, user), account=box)
        for box, theirs in counts.items()
        for user, count in zip(USERS, theirs, strict=True)
        for _ in range(count)
    ]


def over(digest_of: Make, messages: Sequence[CountedMessage], account: str, *editions: Shown) -> Digest:
    options = DigestOptions(accounts=BOXES, account=account or None)
    mine = [one for one in messages if account in ("", one.account)]
    return digest_of(mine, options, past=Past(editions=editions), issuing=Issuing(number=1))


@pytest.mark.parametrize("seed", range(3))
def test_nor_by_the_editions_of_mailboxes_and_the_one_over_all(
    digest_of: Make, message: Build, tmp_path: Path, seed: int
) -> None:
    messages, options = of_mailboxes(message, random.Random(seed)), DigestOptions(accounts=BOXES)
    made, shown = list[tuple[Digest, Digest]](), list[Shown]()
    for place, account in enumerate(("", *BOXES)):
        least = [over(digest_of, messages, other) for other in BOXES[place:]]
        to_come = (
            edition_to_come((*one.tables, *one.public.tables), one.public.months, replace(options, account=one.account))
            for one in least
        )
        one, its = issued(
            over(digest_of, messages, account, *shown, *to_come), replace(options, account=account or None)
        )
        made.append(one)
        shown.append(its)
    assert told(made, tmp_path) == []


def test_editions_that_do_not_know_of_each_other_tell_small_counts(
    digest_of: Make, message: Build, tmp_path: Path
) -> None:
    """So the adversary is able: else that nothing is told would say nothing."""
    messages = of_mailboxes(message, random.Random(0))
    alone = [over(digest_of, messages, account) for account in ("", *BOXES)]
    leaks = told([(one, public_edition(one, DigestOptions(account=one.account or None))) for one in alone], tmp_path)
    assert leaks != []
