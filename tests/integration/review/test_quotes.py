"""The page of a month's quotes: shown as they would be printed, approved, withdrawn."""

from dataclasses import replace

import pytest
from fakes.review_pages import AS_PROPOSED, NOW, USE_QUOTE, message_of, sure_message_of
from fakes.review_quotes import Quotes

from storage import reviews
from storage.records import ReviewState


@pytest.fixture
def outside():
    return Quotes()


@pytest.fixture
def client(make_app, client_of, outside):
    """A reviewer's client of a page that can strike quotes out."""
    return client_of(make_app(quotes=outside), "reviewer")


@pytest.fixture
def decided(store, save):
    """Two reviewed messages and one that is pending."""
    numbers = [save(message_of(1)), save(message_of(2)), save(sure_message_of(3))]
    reviews.confirm_many(store, [(numbers[0], 1), (numbers[1], 1)], who="second", now=NOW)
    return numbers


@pytest.fixture
def allow(client, token):
    """Give the presser of the buttons."""

    def press(number, do, version=2, client=client):
        form = {"do": do, "version": version, "token": token(client.get("/account").text)}
        return client.post(f"/quotes/2011-03/{number}", data=form)

    return press


def test_quotes_of_decided_messages_wait_as_they_would_be_printed(client, decided):
    page = client.get("/quotes/2011-03?show=open").text
    assert "We use them to monitor cohesion in the <strong" in page
    assert page.count('class="app-quote__mark">[name]</strong>') == 2
    assert USE_QUOTE in page  # as it was written, folded away
    assert [f'id="message-{number}"' in page for number in decided] == [True, True, False]
    assert "No quote of this month is approved" in client.get("/quotes/2011-03").text


def test_approved_quote_moves_to_those_that_are_approved_and_nothing_else_changes(client, store, decided, allow):
    before = reviews.message(store, decided[0])
    answer = allow(decided[0], "publish")
    assert answer.headers["location"] == f"/quotes/2011-03?show=open&saved={decided[0]}"
    after = reviews.message(store, decided[0])
    assert after.statements == tuple(replace(said, quotable=True) for said in before.statements)
    assert (after.state, after.tags, after.receipt.reviewed_by) == (ReviewState.CONFIRMED, before.tags, "second")
    assert after.history[-1].action == "publish"
    page = client.get(f"/quotes/2011-03?saved={decided[0]}").text
    assert f"The quotes of message {decided[0]} are approved: the public edition may print them." in page
    assert f'id="message-{decided[0]}"' in page
    page = client.get(f"/messages/{decided[0]}").text
    assert "Quotes approved for publication" in page
    assert "Added Quote of use" not in page


def test_withdrawn_quote_goes_out_of_the_files_of_issues_too(store, decided, allow, outside):
    allow(decided[0], "publish")
    allow(decided[0], "withdraw", version=3)
    assert not any(said.quotable for said in reviews.message(store, decided[0]).statements)
    assert outside.withdrawn == [decided[0]]


def test_quote_that_the_form_no_longer_allows_goes_out_of_the_files(client, token, store, decided, allow, outside):
    allow(decided[0], "publish")
    form = {**AS_PROPOSED, "version": 3, "token": token(client.get("/account").text)}
    assert client.post(f"/messages/{decided[0]}/decide", data=form | {"quotable": "yes"}).status_code == 303
    assert outside.withdrawn == []
    assert client.post(f"/messages/{decided[0]}/decide", data=form).status_code == 303
    assert outside.withdrawn == [decided[0]]


def test_files_that_cannot_be_written_are_told(make_app, client_of, decided, allow):
    broken = client_of(make_app(quotes=Quotes(failure="disk full")), "reviewer")
    answer = allow(decided[0], "withdraw", client=broken)
    assert answer.status_code == 503
    assert "they still stand in files of digests: disk full. When that is mended" in answer.text
    assert f"statshop quotes --withdraw {decided[0]}<" in answer.text


def test_page_that_was_overtaken_changes_nothing(store, decided, allow):
    assert allow(decided[0], "publish", version=1).status_code == 409
    assert not any(said.quotable for said in reviews.message(store, decided[0]).statements)


def test_quotes_of_a_message_that_nobody_decided_are_not_published(decided, allow):
    answer = allow(decided[2], "publish", version=1)
    assert answer.status_code == 409
    assert f"Nobody has decided on message {decided[2]} yet." in answer.text


def test_undo_takes_an_approval_back(client, token, store, decided, allow, outside):
    allow(decided[0], "publish")
    assert client.post("/undo", data={"token": token(client.get("/account").text)}).status_code == 303
    message = reviews.message(store, decided[0])
    assert not any(said.quotable for said in message.statements)
    assert message.state is ReviewState.CONFIRMED
    assert outside.withdrawn == [decided[0]]


def test_undo_of_what_approved_nothing_leaves_files_alone(client, token, store, decided, allow, outside):
    allow(decided[0], "publish")
    allow(decided[0], "withdraw", version=3)
    outside.withdrawn.clear()
    assert client.post("/undo", data={"token": token(client.get("/account").text)}).status_code == 303
    assert any(said.quotable for said in reviews.message(store, decided[0]).statements)
    assert outside.withdrawn == []


def test_undo_tells_of_files_that_cannot_be_written(make_app, client_of, token, decided, allow):
    broken = client_of(make_app(quotes=Quotes(failure="disk full")), "reviewer")
    allow(decided[0], "publish", client=broken)
    answer = broken.post("/undo", data={"token": token(broken.get("/account").text)})
    assert answer.status_code == 503
    assert f"statshop quotes --withdraw {decided[0]}<" in answer.text


def test_reader_sees_quotes_without_buttons_and_it_is_written_down(make_app, client_of, store, decided):
    page = client_of(make_app(quotes=Quotes()), "reader").get("/quotes/2011-03?show=open").text
    assert 'value="publish"' not in page
    assert [(look.who, look.what) for look in reviews.looks(store, decided[1])] == [("reader", "quotes")]


def test_message_shows_how_its_quotes_would_be_printed(client, decided):
    assert "How they would be printed" in client.get(f"/messages/{decided[0]}").text


def test_page_is_not_offered_where_nothing_strikes_quotes_out(reviewer, decided):
    assert reviewer.get("/quotes/2011-03").status_code == 404
    assert "/quotes" not in reviewer.get("/digests").text


def test_month_comes_from_the_newest_message_or_the_form(client, decided):
    assert client.get("/quotes").headers["location"] == "/quotes/2011-03"
    assert client.get("/quotes?month=2010-01").headers["location"] == "/quotes/2010-01"
    assert client.get("/quotes/2010-13").status_code == 404
