"""`statshop digest --issue`: what happens to a month's files whatever happened before."""

from collections.abc import Callable
from pathlib import Path

import pytest

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


def test_files_of_an_issue_that_died_take_their_place_without_the_schedule(issue: Path, statshop: Statshop) -> None:
    issue.rename(issue.with_name(".issue-1.abc"))
    code, said = statshop("digest", "2011-03", "--issue")
    assert (code, "has been issued (issue 1)" in said) == (1, True)
    assert (issue / "public/users-and-uses-2011-03.html").exists()
