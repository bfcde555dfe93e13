"""`statshop quotes`: what would be published is shown, and what was agreed to can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.letters import lay_out, letter

from storage.decisions import decide
from storage.engine import open_store
from storage.reviews import message

Statshop = Callable[..., tuple[int, str]]
WORDS = "We use the Citizenship Survey to plan our services, as Dr Omar Khan told you."


@pytest.fixture
def issued(statshop: Statshop, house: Path) -> Path:
    """A letter that a reviewer agreed may be quoted, and the month's issue."""
    assert statshop("import", str(lay_out(house, letter(1, WORDS))))[0] == 0
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        held = message(store, 1)
        agreed = [replace(one, quotable=True) for one in held.statements]
        now = datetime(2011, 4, 1, tzinfo=UTC)
        decide(store, 1, version=held.version, who="pat", tags=held.tags, statements=agreed, now=now)
    assert statshop("digest", "2011-03", "--issue")[0] == 0
    return house


def test_quotes_are_shown_as_they_would_be_published_and_can_be_withdrawn(issued: Path, statshop: Statshop) -> None:
    code, said = statshop("quotes", "2011-03")
    assert code == 0
    assert "We use the Citizenship Survey to plan our services, as [name] told you." in said
    page = issued / "var/digests/2011-03/issue-1/public/users-and-uses-2011-03.html"
    assert "as [name] told you" in page.read_text(encoding="utf-8")
    code, said = statshop("quotes", "--withdraw", "1")
    assert (code, str(page) in said) == (0, True)
    assert "told you" not in page.read_text(encoding="utf-8")
    assert "No quote of this month" in statshop("quotes", "2011-03")[1]


def test_a_quote_is_withdrawn_where_the_system_knows_no_name_of_who_calls(
    issued: Path, statshop: Statshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs under a bare number."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert statshop("quotes", "--withdraw", "1")[0] == 0
    assert "No quote of this month" in statshop("quotes", "2011-03")[1]
