"""What was typed into a filter and cannot be read: it is said at the field, and stays there."""

import pytest


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [("month", "March 2011", "Enter a month like 2011-03"), ("below", "150", "Enter a percentage from 1 to 100")],
)
def test_filter_that_cannot_be_read_is_said_at_its_field(reviewer, three, name, typed, words):
    address = reviewer.get("/messages", params={"q": "", "state": "pending", name: typed}).headers["location"]
    page = reviewer.get(address).text
    assert f'<li><a href="#{name}">{words}</a></li>' in page
    assert f'id="{name}-error"' in page
    assert f'value="{typed}"' in page
    assert "<title>Error: Messages" in page


def test_month_that_cannot_be_read_is_said_on_the_months_page(reviewer, three):
    answer = reviewer.get("/months", params={"month": "Mar 2011"})
    page = reviewer.get(answer.headers["location"]).text
    assert '<a href="#month">Enter a month like 2011-03</a>' in page
    assert 'value="Mar 2011"' in page
    assert reviewer.get("/months", params={"month": " 2011-03 "}).headers["location"] == "/months/2011-03"
