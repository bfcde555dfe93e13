"""Contact details are struck out of quotes, figures are not."""

import pytest

from digests.disclosure.redact import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Ring 020 7944 4400 today", "Ring [phone] today", id="London number"),
        pytest.param("Ring +44 20 7944 4400", "Ring [phone]", id="international form"),
        pytest.param("on 07700 900123 please", "on [phone] please", id="mobile kept for drama"),
        pytest.param("at j.o'neil-smith@leeds.gov.uk.", "at [email].", id="address"),
        pytest.param("NI AB 12 34 56 C here", "NI [national insurance number] here", id="National Insurance"),
        pytest.param("of LS1 1UR, Leeds", "of [postcode], Leeds", id="postcode"),
        pytest.param("see http://example.org/~jane now", "see [web address] now", id="web address"),
        pytest.param("2008-09 and 2009-10, table 12, 16,140 cases", None, id="years and counts stay"),
        pytest.param("83% of 12,000 in 2009", None, id="shares stay"),
        pytest.param("the A12 and Q3 2010", None, id="roads and quarters stay"),
    ],
)
def test_redact_strikes_out_contact_details(text: str, shown: str | None) -> None:
    assert redact(text).text == (text if shown is None else shown)


def test_redact_says_what_it_found() -> None:
    assert redact("jane@example.org or 020 7944 4400").found == ("[email]", "[phone]")
    assert redact("nothing").found == ()
