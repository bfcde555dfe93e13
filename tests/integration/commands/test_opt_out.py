"""`statshop opt-out`: a wish is confirmed only where it will be honoured."""

from collections.abc import Callable
from pathlib import Path

import pytest

Statshop = Callable[..., tuple[int, str]]
LETTER = (
    "From: Ann <ann@example.org>\r\nSubject: x\r\nMessage-ID: <1@example.org>\r\n\r\nWe use the Citizenship Survey.\r\n"
)


@pytest.mark.parametrize("words", ["Someone <ann@example.org>", "mailto:ann@example.org", "ANN@example.org."])
def test_a_wish_is_taken_down_for_the_address_alone(statshop: Statshop, house: Path, words: str) -> None:
    (house / "1.eml").write_text(LETTER)
    statshop("import", "1.eml")
    status, said = statshop("opt-out", words)
    assert (status, said.casefold()) == (0, "ann@example.org will not be invited.\n")
    assert statshop("opt-out", "ann@example.org") == (0, "ann@example.org will not be invited, as before.\n")


def test_a_wish_for_what_is_no_address_is_refused(statshop: Statshop, house: Path) -> None:
    (house / "1.eml").write_text(LETTER)
    statshop("import", "1.eml")
    for words in ("", "notanaddress"):
        status, said = statshop("opt-out", words)
        assert status == 1
        assert "is not an address" in said


def test_an_address_that_nobody_wrote_from_is_pointed_out(statshop: Statshop, house: Path) -> None:
    (house / "1.eml").write_text(LETTER)
    statshop("import", "1.eml")
    assert "No message that is held was written from this address" in statshop("opt-out", "anne@example.org")[1]


def test_a_wish_is_taken_down_where_the_system_knows_no_name_of_who_calls(
    statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs under a bare number."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    (house / "1.eml").write_text(LETTER)
    statshop("import", "1.eml")
    monkeypatch.setattr("getpass.getuser", nobody)
    assert statshop("opt-out", "ann@example.org") == (0, "ann@example.org will not be invited.\n")
