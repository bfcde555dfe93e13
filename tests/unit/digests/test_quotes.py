"""Quotes in the public edition: only those a reviewer agreed to, struck out, and withdrawn without other changes."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from digests.digest import Digest
from digests.disclosure.public import public_edition
from digests.disclosure.quotes import APPROVED, PUBLIC
from digests.disclosure.redact import redact
from digests.issues.redacted import RECORD, redact_issue
from digests.issues.revisions import Issued
from digests.options import DigestOptions
from digests.render.files import write_files
from digests.render.html import html_bytes
from digests.render.json_file import json_bytes
from digests.summary import Issuing, Past
from digests.tables import Shorthand
from storage.forgetting import WITHDRAWN
from storage.records import CountedMessage, ReviewState, StatementRecord

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
JANE = "Jane Smith <jane.smith@leeds.gov.uk>"
SAID = "Dr Omar Khan and I, Jane Smith, use it to plan wardens: ring 020 7944 4400."
STRUCK = "[name] and I, [name], use it to plan wardens: ring [phone]."


@pytest.fixture
def month(message: Build) -> list[CountedMessage]:
    """Forty messages: one of the council may be quoted, one of the media too, one was never agreed to."""
    confirmed = ReviewState.CONFIRMED
    quotable = message(1, user="local-government", says=[SAID], quotable=True, state=confirmed, sender=JANE)
    media = message(2, user="media", decides=["We ran the story."], quotable=True, state=confirmed)
    kept = message(3, user="academia", says=["For my thesis on belonging."], state=confirmed)
    rest = [message(n, user="local-government" if n % 3 else "academia") for n in range(4, 41)]
    return [quotable, media, kept, *rest]


@pytest.mark.parametrize(
    ("text", "struck"),
    [
        pytest.param(SAID, STRUCK, id="titled, own and phone"),
        pytest.param("Jane's team uses it.", "[name]'s team uses it.", id="own first name"),
        pytest.param("Councillor J. A. Smith-Jones asked us.", "[name] asked us.", id="councillor with initials"),
        pytest.param("Dear John, we use it.", "Dear [name], we use it.", id="greeting"),
        pytest.param("Dear Sir, we use Table 12 of 2008-09.", "Dear Sir, we use Table 12 of 2008-09.", id="none"),
    ],
)
def test_names_and_details_are_struck_out(text: str, struck: str) -> None:
    assert redact(text, JANE).text == struck


def test_an_organisation_that_writes_keeps_its_words() -> None:
    text = "Leeds City Council uses the Survey."
    assert redact(text, "Leeds City Council <stats@leeds.gov.uk>").text == text


def test_the_public_edition_quotes_only_what_was_agreed(digest_of: Make, month: list[CountedMessage]) -> None:
    digest = digest_of(month)
    table = public_edition(digest, DigestOptions()).table(PUBLIC)
    assert table.rows == (
        (Shorthand.CONFIDENTIAL, "States a decision", "We ran the story."),
        ("Local Government", "States a use", STRUCK),
    )
    approved = digest.table(APPROVED)
    assert approved.rows[1][2:] == (STRUCK, "[phone], [name], [name]", SAID, 1)
    assert table.row_ids == approved.row_ids


def test_quotes_stand_in_the_order_of_their_published_words(digest_of: Make, month: list[CountedMessage]) -> None:
    """The place of one whose kind of user is kept back would tell the kind, were they in the kinds' order."""
    month[1] = replace(month[1], sender="Abel Aaron <a@example.org>")
    kinds = [replace(each, tags=month[0].tags) for each in month[1:3]]
    orders = []
    for messages in (month, [month[0], *kinds, *month[3:]]):
        public = public_edition(digest_of(messages), DigestOptions())
        orders.append([row[2] for row in public.table(PUBLIC).rows])
    assert orders[0] == orders[1] == ["We ran the story.", STRUCK]


def test_words_that_are_held_no_more_are_quoted_nowhere(digest_of: Make, month: list[CountedMessage]) -> None:
    gone = replace(month[1].statements[0], text=WITHDRAWN)
    month[1] = replace(month[1], statements=(gone,))
    digest = digest_of(month)
    assert [row[2] for row in public_edition(digest, DigestOptions()).table(PUBLIC).rows] == [STRUCK]
    assert digest.table("decisions").rows == ()
    assert digest.table("decisions-by-user").rows[-1][1] == 1  # it is counted all the same


def test_a_quote_that_came_after_an_issue_does_not_say_whose_while_the_figures_stand(
    digest_of: Make, month: list[CountedMessage], message: Build
) -> None:
    confirmed = ReviewState.CONFIRMED
    issued = Issued(number=1, issued_at="", coded=digest_of(month).coded)
    late = message(99, user="local-government", says=["We shall quote it."], quotable=True, state=confirmed)
    other = message(98, user="unknown", says=["We too."], quotable=True, state=confirmed)
    public = public_edition(digest_of([*month, late, other], past=Past(issues=[issued])), DigestOptions())
    said = {row[2]: row[0] for row in public.table(PUBLIC).rows}
    assert (said["We shall quote it."], said["We too."], said[STRUCK]) == (
        Shorthand.CONFIDENTIAL,
        Shorthand.CONFIDENTIAL,
        "Local Government",
    )


def test_a_sentence_that_is_both_use_and_decision_is_quoted_once(digest_of: Make, month: list[CountedMessage]) -> None:
    both = "We use it to plan wardens and decided on four more."
    month[0] = replace(
        month[0],
        statements=tuple(
            StatementRecord(kind=kind, text=text, zone=1, start=0, end=9, quotable=True)
            for kind, text in (("decision", both), ("use", both), ("use", "We use it."))
        ),
    )
    digest = digest_of(month)
    quotes = [row[1:] for row in public_edition(digest, DigestOptions()).table(PUBLIC).rows]
    assert quotes.count(("States a use and a decision", both)) == 1
    assert [said for _, said in quotes] == ["We ran the story.", both, "We use it."]
    lists = [[row[2] for row in digest.table(name).rows] for name in ("use-statements", "decisions")]
    assert [both in said for said in lists] == [True, True]  # inside, each list holds all of its kind


def test_a_sentence_that_two_messages_hold_is_quoted_twice(digest_of: Make, month: list[CountedMessage]) -> None:
    month[2] = replace(month[0], id=3)
    digest = digest_of(month)
    assert [(row[1], row[4], row[5]) for row in digest.table(APPROVED).rows] == [
        ("States a decision", "We ran the story.", 2),
        ("States a use", SAID, 1),
        ("States a use", SAID, 3),
    ]
    public = [row[2] for row in public_edition(digest, DigestOptions()).table(PUBLIC).rows]
    assert public == ["We ran the story.", STRUCK, STRUCK]


def test_a_quote_agreed_to_before_review_is_undone_is_not_shown(digest_of: Make, message: Build) -> None:
    pending = [message(n, says=["We use it."], quotable=True) for n in range(40)]
    assert PUBLIC not in [table.id for table in public_edition(digest_of(pending), DigestOptions()).tables]


def test_a_withdrawn_quote_leaves_the_same_figures_and_the_first_hashes(
    digest_of: Make, month: list[CountedMessage], tmp_path: Path
) -> None:
    issue = digest_of(month, issuing=Issuing(number=1))
    public = public_edition(issue, DigestOptions())
    write_files(issue, tmp_path / "internal", formats=("json",))
    (page, held) = write_files(public, tmp_path / "public", formats=("html", "json"))
    assert (page.read_bytes(), held.read_bytes()) == (html_bytes(public), json_bytes(public))
    first, figures = sha256(page.read_bytes()).hexdigest(), tables_but_quotes(held)
    redact_issue(tmp_path, {1}, now=datetime(2011, 5, 1, tzinfo=UTC), formats=("html", "json"), published_only=True)
    assert "plan wardens" not in page.read_text(encoding="utf-8")
    assert "We ran the story." in page.read_text(encoding="utf-8")
    assert tables_but_quotes(held) == figures
    (record,) = json.loads((tmp_path / RECORD).read_text(encoding="utf-8"))
    assert record["sha256_before"][f"public/{page.name}"] == first
    inside = (tmp_path / "internal/users-and-uses-2011-03-internal.json").read_text(encoding="utf-8")
    assert SAID in inside  # what the team reads stays; what was to be published does not
    assert STRUCK not in inside


def tables_but_quotes(held: Path) -> list[dict[str, object]]:
    tables: list[dict[str, object]] = json.loads(held.read_bytes())["tables"]
    return [table for table in tables if table["id"] != PUBLIC]
