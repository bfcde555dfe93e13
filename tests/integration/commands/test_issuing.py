"""`statshop digest --issue`: what happens to a month's files whatever happened before."""

import getpass
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from digests.issues.frozen import who_issued
from pipeline.commands.number_book import NumberBook
from pipeline.config import load_settings
from review.callables import NumberAsked
from storage.engine import open_store
from storage.reports import issues

Statshop = Callable[..., tuple[int, str]]
LETTER = """From: Jane Doe <jane.doe@example.org>
To: team@example.org
Subject: Use
Message-ID: <1@example.org>
Date: Tue, 1 Mar 2011 10:00:00 +0000
Received: from x by y; Tue, 1 Mar 2011 10:00:00 +0000

We use the Citizenship Survey to plan our services.
"""


@pytest.fixture
def issue(statshop: Statshop, house: Path) -> Path:
    """The folder of an issue of March 2011."""
    (house / "config.toml").write_text('[site]\nmail_hosts = ["y"]\n')
    (house / "mail").mkdir()
    (house / "mail/1.eml").write_text(LETTER)
    assert statshop("import", str(house / "mail"))[0] == 0
    assert statshop("digest", "2011-03", "--issue")[0] == 0
    return house / "var/digests/2011-03/issue-1"


def number_in(page: Path, row: str) -> NumberAsked:
    """Read the link of the first number of a row, as it stands in an internal page."""
    links = re.findall(
        r'href="http://127\.0\.0\.1:8471/digests/2011-03/number\?([^"]+)"', page.read_text(encoding="utf-8")
    )
    query = next(found for link in links if (found := dict(parse_qsl(unescape(link), True)))["row"] == row)
    query["account"] = query.pop("mailbox")
    return NumberAsked(month="2011-03", issue=int(query.pop("issue")), **query)


def test_numbers_of_an_issue_lead_to_the_messages_that_it_counted(issue: Path, statshop: Statshop, house: Path) -> None:
    (house / "mail/2.eml").write_text(LETTER.replace("<1@", "<2@"))
    assert statshop("import", str(house / "mail"))[0] == 0  # later: no issue counts it
    assert statshop("digest", "2011-03")[0] == 0
    pages = (each / "internal/users-and-uses-2011-03-internal.html" for each in (issue, issue.with_name("draft")))
    asked = [number_in(page, "all") for page in pages]
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        book = NumberBook(store, load_settings(house / "config.toml", {}), house)
        told = [book.behind(one) for one in asked]
        others = [book.behind(replace(asked[0], **other)) for other in ({"row": "x"}, {"issue": 7}, {"account": "x"})]
    assert [(one.issue, found and found.message_ids) for one, found in zip(asked, told, strict=True)] == [
        (1, (1,)),
        (0, (1, 2)),
    ]
    assert others == [None, None, None]


def test_numbers_of_other_months_lead_to_messages_and_count_who_was_erased(
    issue: Path, statshop: Statshop, house: Path
) -> None:
    february = LETTER.replace("<1@", "<2@").replace("Mar 2011", "Feb 2011").replace("jane.doe@", "ann@")
    (house / "mail/2.eml").write_text(february)
    assert statshop("import", str(house / "mail"))[0] == 0
    assert statshop("digest", "2011-03", "--issue", "--again")[0] == 0
    assert statshop("person", "erase", "ann@example.org", "--yes")[0] == 0
    page = issue.with_name("issue-2") / "internal/users-and-uses-2011-03-internal.html"
    asked = replace(number_in(page, "2011-02"), column="uses_stated")
    both = replace(asked, table="uses-by-users-12-months", row="all", column="all")
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        book = NumberBook(store, load_settings(house / "config.toml", {}), house)
        told = [book.behind(one) for one in (asked, both, replace(asked, row="2011-01"), replace(asked, issue=1))]
    named = [one and (one.row, one.column, one.number, one.message_ids) for one in told]
    assert named == [
        ("February 2011", "Messages that state a use", "1", (2,)),
        ("All messages", "All messages", "2", (1, 2)),
        None,
        None,
    ]
    assert (
        "1 (messages 2)" in statshop("digest", "2011-03", "--issue-number", "2", "--explain", "2011-02 × received")[1]
    )


def test_who_issues_by_the_command_is_frozen_with_the_issue(issue: Path, house: Path) -> None:
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        assert [who_issued(one) for one in issues(store, "2011-03")] == [getpass.getuser()]


def test_a_month_is_issued_where_the_system_knows_no_name_of_who_calls(
    issue: Path, statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert statshop("digest", "2011-03", "--issue", "--again")[0] == 0
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        assert who_issued(issues(store, "2011-03")[-1]) == ""


def test_a_draft_of_the_running_month_is_told_to_be_one(
    issue: Path, statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "March 2011 was drafted on 20 March 2011: the month is not over."
    assert said not in statshop("digest", "2011-03")[1]
    monkeypatch.setattr("pipeline.commands.digest.clock", lambda: datetime(2011, 3, 20, 12, tzinfo=UTC))
    assert said in statshop("digest", "2011-03")[1]
    page = issue.with_name("draft") / "public/users-and-uses-2011-03.html"
    assert "drafted on 20 March 2011: the month is not over" in page.read_text(encoding="utf-8")


def test_explain_tells_of_an_issue_as_it_was_published(issue: Path, statshop: Statshop, house: Path) -> None:
    (house / "mail/2.eml").write_text(LETTER.replace("<1@", "<2@"))
    assert statshop("import", str(house / "mail"))[0] == 0
    number = "messages-by-user: all"
    today, then = (
        statshop("digest", "2011-03", "--explain", number, *more)[1] for more in ((), ("--issue-number", "1"))
    )
    assert "--issue-number 1" in today
    assert "2 (messages 1, 2)" in today
    assert "1 (messages 1)" in then
    assert "0 (messages none)" in statshop("digest", "2011-03", "--explain", "messages-by-user: media")[1]
    assert (
        "2011-03 has no issue 2. It has: 1."
        in statshop("digest", "--explain", number, "--issue-number", "2", "2011-03")[1]
    )


def test_files_of_an_issue_that_died_take_their_place_without_the_schedule(issue: Path, statshop: Statshop) -> None:
    issue.rename(issue.with_name(".issue-1.abc"))
    code, said = statshop("digest", "2011-03", "--issue")
    assert (code, "has been issued (issue 1)" in said) == (1, True)
    assert (issue / "public/users-and-uses-2011-03.html").exists()
