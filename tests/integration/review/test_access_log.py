"""Who looked at what is written down without content, and no address that holds what people search for is logged."""

import logging

import pytest
from fakes.review_pages import NEW_TEXT, NOW, message_of, set_aside_of
from fakes.review_quotes import Quotes
from fakes.review_rules import Book
from sqlalchemy import inspect

from review.callables import Explained
from storage import messages, reviews
from storage.draw import set_shares

CANARY = "zyxcanary"


@pytest.fixture
def whole(make_app):
    """Give a page that offers everything."""
    explain = lambda content, why_not=None, mailbox="": Explained(error="It cannot be read.")  # noqa: E731 - a stand-in
    return make_app(quotes=Quotes(), rule_books={"": Book()}, explain=explain)


@pytest.fixture
def held(store, save):
    """Store messages, one of them decided, and one set aside."""
    numbers = [save(message_of(number)) for number in (1, 2)]
    set_shares(store, check=0, second=1)
    reviews.confirm_many(store, [(numbers[0], 1)], who="second", now=NOW)
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    return numbers


PATHS = (
    "/second-reading/1",  # first: who has looked since the decision is asked for no second reading
    "/messages/1",
    "/messages/1/original.html",
    "/messages/1/raw",
    "/quotes/2011-03?show=open",
)


def test_every_look_at_a_message_is_written_down_with_its_kind(whole, client_of, store, held):
    client = client_of(whole, "reviewer")
    assert [client.get(path).status_code for path in PATHS] == [200] * len(PATHS)
    seen = [(look.who, look.what) for look in reviews.looks(store, held[0])]
    assert seen == [("reviewer", what) for what in ("second reading", "message", "html", "raw", "quotes")]


def test_a_look_holds_who_what_and_when_and_nothing_else(store):
    with store.reading() as session:
        columns = {column["name"] for column in inspect(session.connection()).get_columns("look")}
    assert columns == {"id", "message_id", "who", "what", "at"}


def asked_everything(client, token):
    """Ask for every page with words in its address, and send every form with words in its fields."""
    lists = ("/messages", "/rules", "/people", "/runs", "/ledger", "/months", "/digests", "/set-aside", "/help")
    one = ("/set-aside/1", "/set-aside/1/raw", "/quotes/2011-03", f"/no/such/{CANARY}", "/rules/new", "/explain")
    for path in (*lists, *PATHS, *one):
        client.get(f"{path}{'&' if '?' in path else '?'}q={CANARY}&words={CANARY}&saved={CANARY}&show={CANARY}")
    words = dict.fromkeys(("q", "text", "subject", "note", "name", "phrases", "flagged_for", "use_quotes"), CANARY)
    form = {**words, "password": CANARY, "token": token(client.get("/account").text), "version": "1"}
    for path in ("/messages/2/decide", "/messages/2/flag", "/explain", "/rules/new", "/people", "/quotes/2011-03/1"):
        client.post(f"{path}?q={CANARY}", data=form)
    client.get("/api/v1/messages", params={"q": CANARY}, headers={"Authorization": f"Bearer {CANARY}"})


def test_nothing_that_is_searched_typed_or_read_stands_in_the_log(whole, client_of, token, caplog, held):
    caplog.set_level(logging.DEBUG)
    asked_everything(client_of(whole, "administrator"), token)
    asked_everything(client_of(whole), token=lambda text: "")
    # httpx speaks for the client that asks
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert "looked at set-aside id=1" in said  # it does say who does what
    assert CANARY not in said
    assert not [line for line in NEW_TEXT.splitlines() if line and line in said]
    assert "exampleton.gov.uk" not in said
