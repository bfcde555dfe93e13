"""What is frozen with an issue, read back: also issues that were frozen before mailboxes had editions of their own."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digests.digest import Digest
from digests.disclosure.audit import Audit
from digests.disclosure.mailboxes import standing_together
from digests.disclosure.public import public_edition, shown_by
from digests.disclosure.shown import Shown
from digests.issues.frozen import digest_of as sha256_of
from digests.issues.frozen import figures_json, shown_in_issue
from digests.options import DigestOptions
from storage.records import CountedMessage, Issue

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
COUNTS = {
    "north": {"local-government": 30, "academia": 18, "media": 12},
    "south": {"local-government": 25, "academia": 14, "media": 2},
}


@pytest.fixture(scope="module")
def issued(digest_of: Make, message: Build) -> list[Issue]:
    """Issue a month over all mailboxes, the north and the south, none with an eye to the others."""
    kinds = [(box, user) for box, counts in COUNTS.items() for user, count in counts.items() for _ in range(count)]
    messages = [replace(message(number, user=user), account=box) for number, (box, user) in enumerate(kinds, 1)]
    return [issue_of(digest_of, messages, account) for account in ("", *COUNTS)]


def issue_of(digest_of: Make, messages: Sequence[CountedMessage], account: str) -> Issue:
    options = DigestOptions(account=account or None)
    digest = digest_of([one for one in messages if account in ("", one.account)], options)
    text = figures_json(digest, shown_by(digest, public_edition(digest, options), options), 5)
    return Issue(
        id=1,
        account=account,
        month="2011-03",
        number=1,
        status="final",
        issued_at=datetime(2011, 4, 4, tzinfo=UTC),
        rules_version="r1",
        figures=text,
        sha256=sha256_of(text),
        message_ids=(),
    )


def in_format_2(issue: Issue) -> Issue:
    """Write an issue as it was frozen before its months had a mailbox, channels and decisions, and its truth."""
    held = json.loads(issue.figures)
    del held["public"]["truth"]
    for cells in held["public"]["months"]:
        del cells["account"], cells["other"]
    return replace(issue, figures=json.dumps({**held, "format": 2}))


def in_format_1(issue: Issue) -> Issue:
    held = json.loads(issue.figures)
    del held["public"]
    return replace(issue, figures=json.dumps({**held, "format": 1}))


def shown_in(issues: Sequence[Issue]) -> list[Shown]:
    return [shown for issue in issues if (shown := shown_in_issue(issue)) is not None]


def test_what_is_frozen_names_its_format_and_its_mailbox(issued: list[Issue]) -> None:
    assert [json.loads(issue.figures)["format"] for issue in issued] == [5, 5, 5]
    assert [shown.own.account for shown in shown_in(issued)] == ["", "north", "south"]


def test_an_issue_of_format_2_is_over_the_mailbox_that_it_was_issued_for(issued: list[Issue]) -> None:
    old = shown_in([in_format_2(issue) for issue in issued])
    assert [{cells.account for cells in shown.months} for shown in old] == [{""}, {"north"}, {"south"}]
    assert old[2].own == replace(shown_in(issued)[2].own, other={})
    assert [[part.account for part in one.parts] for one in standing_together(old)] == [["north", "south"]]


def test_the_audit_sets_issues_of_format_2_beside_each_other(issued: list[Issue]) -> None:
    """Fourteen of the media over all, twelve in the north: two in the south, who keeps them back."""
    south, place = issued[2], ("messages-by-user", "media", "messages")
    for old in (issued, [*issued[:2], in_format_2(south)], [in_format_2(issue) for issue in issued]):
        editions = shown_in(old)
        assert [shown.counts[place] for shown in editions] == [14, 12, None]
        told = {leak.name: (leak.low, leak.high) for leak in Audit(editions, 5).leaks()}
        table, row, column = place
        assert told[table, editions[2].own.version, row, column] == (2, 2)


def test_an_issue_of_format_1_did_not_say_what_it_shows(issued: list[Issue]) -> None:
    assert shown_in_issue(in_format_1(issued[0])) is None
