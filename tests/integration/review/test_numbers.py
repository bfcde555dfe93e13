"""The page that a number of a digest links to."""

import pytest
from fakes.review_pages import message_of

from review.callables import Behind

LINK = "/digests/2011-03/number?issue=1&mailbox=&table=messages-by-user&row=media&column=messages"


class Numbers:
    """Knows one number, and how many messages stand behind it."""

    def __init__(self, messages):
        self.messages = tuple(range(1, messages + 1))

    def behind(self, asked):
        if (asked.table, asked.row, asked.column, asked.issue) != ("messages-by-user", "media", "messages", 1):
            return None
        number = str(len(self.messages))
        return Behind(
            table="Messages by kind of user", row="Media", column="Messages", number=number, message_ids=self.messages
        )


@pytest.fixture
def page(make_app, client_of):
    """Give a reader's look at the number, with so many messages behind it."""

    def shown(messages, link=LINK):
        return client_of(make_app(numbers=Numbers(messages)), "reader").get(link)

    return shown


@pytest.fixture
def held(save):
    """Store four messages."""
    return [save(message_of(number)) for number in range(1, 5)]


def test_number_page_names_each_message_and_links_to_it(page, held):
    told = page(3).text
    assert [f'href="/messages/{number}"' in told for number in held] == [True, True, True, False]
    assert [message_of(number).sender_address in told for number in held] == [True, True, True, False]
    assert "issue 1: as it was published" in told


def test_number_page_says_how_many_it_leaves_out(page, held, monkeypatch):
    monkeypatch.setattr("review.routes.numbers.SHOWN", 2)
    told = page(1202).text
    assert "And 1,200 more." in told
    assert "not held now" not in told
    assert [f'href="/messages/{number}"' in told for number in held] == [True, True, False, False]


def test_number_page_says_how_many_are_not_held(page, held):
    assert "2 of them are not held now." in page(6).text
    assert "1 of them is not held now." in page(5).text


def test_number_page_calls_a_zero_a_true_one(page):
    assert "true zero" in page(0).text


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(LINK.replace("media", "nobody"), id="no such row"),
        pytest.param(LINK.replace("2011-03", "2011-13"), id="no month"),
        pytest.param(LINK.replace("issue=1", "issue=-1"), id="no issue"),
        pytest.param("/digests/2011-03/number", id="nothing asked"),
    ],
)
def test_number_page_is_not_there_for_what_is_no_number(page, link):
    assert page(3, link).status_code == 404


def test_number_page_is_for_those_who_signed_in(make_app, client_of):
    assert client_of(make_app(numbers=Numbers(3))).get(LINK).status_code in (303, 401)
