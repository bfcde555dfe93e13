"""The second reader: blind, once, never one's own decision; and what the month's page tells of both samples."""

import pytest
from fakes.review_pages import NOW, message_of, sure_message_of

from storage import reviews
from storage.draw import set_shares
from storage.second import second_reading_of

ANSWER = {"disposition": "triage", "user_category": "local-government", "product": "cohesion"}


@pytest.fixture
def decided(store, save):
    """Draw everything, and let "reviewer" confirm two messages of three."""
    set_shares(store, check=1, second=1)
    numbers = [save(message_of(1)), save(sure_message_of(2)), save(message_of(3))]
    for number in numbers[:2]:
        stands = reviews.message(store, number)
        given = {"version": 1, "who": "reviewer", "tags": stands.tags, "statements": stands.statements}
        reviews.decide(store, number, now=NOW, **given)
    return numbers


@pytest.fixture
def second(app, client_of):
    return client_of(app, "second")


def test_second_reader_is_offered_what_others_decided(second, reviewer, decided):
    page = second.get("/second-reading").text
    assert "2 messages wait for you" in page
    assert f'href="/second-reading/{decided[0]}"' in page
    assert "0 messages wait for you" in reviewer.get("/second-reading").text
    assert "Second reading" in second.get("/messages").text


def test_page_is_blind(second, decided):
    page = second.get(f"/second-reading/{decided[0]}").text
    assert "We use them to monitor cohesion" in page
    assert " checked" not in page
    for told in ("<mark", "in the new text", "Confirmed", "Receipt", "Same thread", "a decision is reported"):
        assert told not in page
    assert "by reviewer" not in page


def test_answer_is_kept_beside_the_decision_and_the_next_comes(second, store, decided, token, clock):
    before = reviews.message(store, decided[0])
    form = {"token": token(second.get(f"/second-reading/{decided[0]}").text), **ANSWER}
    answer = second.post(f"/second-reading/{decided[1]}", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/second-reading/{decided[0]}?saved={decided[1]}")
    told = f"<strong>Saved</strong> message {decided[1]}. Your reading of it is kept."
    assert told in second.get(answer.headers["location"]).text
    assert told not in second.get(f"/second-reading/{decided[0]}?saved={decided[0]}").text
    last = second.post(f"/second-reading/{decided[0]}", data=form).headers["location"]
    assert last == f"/second-reading?done=yes&saved={decided[0]}"
    assert f"Message {decided[0]} is saved." in second.get(last).text
    assert reviews.message(store, decided[0]) == before
    assert not second_reading_of(store, decided[0]).agrees
    page = second.get(f"/messages/{decided[0]}").text
    assert "gave other tags" in page
    assert "Use: Monitoring integration and cohesion: only reviewer" in page
    assert "only reviewer" not in second.get("/second-reading?done=yes").text  # it can still be undone
    clock.move(minutes=6)
    assert "Use: Monitoring integration and cohesion: only reviewer" in second.get("/second-reading?done=yes").text


def test_answer_is_undone_by_a_button_and_read_again(second, store, decided, token):
    form = {"token": token(second.get(f"/second-reading/{decided[1]}").text), **ANSWER}
    shown = second.get(second.post(f"/second-reading/{decided[1]}", data=form).headers["location"]).text
    assert f'action="/second-reading/{decided[1]}/undo"' in shown
    undone = second.post(f"/second-reading/{decided[1]}/undo", data=form)
    assert (undone.status_code, undone.headers["location"]) == (303, f"/second-reading/{decided[1]}")
    assert second_reading_of(store, decided[1]) is None
    assert second.get(undone.headers["location"]).status_code == 200
    assert second.post(f"/second-reading/{decided[1]}", data=form).status_code == 303


@pytest.mark.parametrize("why", ["late", "seen", "another's"])
def test_answer_stands_once_its_reader_is_blind_no_longer(app, client_of, second, store, decided, token, clock, why):
    form = {"token": token(second.get(f"/second-reading/{decided[1]}").text), **ANSWER}
    second.post(f"/second-reading/{decided[1]}", data=form)
    if why == "late":
        clock.move(minutes=6)
    if why == "seen":
        second.get(f"/messages/{decided[1]}")
    client = client_of(app, "administrator") if why == "another's" else second
    answer = client.post(f"/second-reading/{decided[1]}/undo", data={"token": token(client.get("/account").text)})
    assert (answer.status_code, "can be undone for five minutes" in answer.text) == (409, True)
    assert second_reading_of(store, decided[1]) is not None


def test_answer_without_a_kind_of_message_stays_on_the_page(second, decided, token):
    form = {"token": token(second.get(f"/second-reading/{decided[0]}").text), "product": "headline"}
    answer = second.post(f"/second-reading/{decided[0]}", data=form)
    assert answer.status_code == 422
    assert "Choose what kind of message this is" in answer.text
    assert 'value="headline" checked' in answer.text


@pytest.mark.parametrize(("place", "name"), [(0, "reviewer"), (2, "second")], ids=["own decision", "not decided"])
def test_what_is_not_ones_to_read_is_refused(app, client_of, store, decided, token, place, name):
    client = client_of(app, name)
    assert client.get(f"/second-reading/{decided[place]}").status_code == 409
    form = {"token": token(client.get("/account").text), **ANSWER}
    assert client.post(f"/second-reading/{decided[place]}", data=form).status_code == 409
    assert second_reading_of(store, decided[place]) is None


def test_skip_goes_on(second, decided):
    assert second.get(f"/second-reading/{decided[1]}/next").headers["location"] == f"/second-reading/{decided[0]}"


def test_month_tells_what_the_samples_show(second, decided, token):
    page = second.get("/months/2011-03").text
    assert "No message has been read twice yet." in page
    assert "100.0% (20.7% to 100.0%)" in page
    form = {"token": token(page), **ANSWER}
    second.post(f"/second-reading/{decided[0]}", data=form)
    assert "nothing varied" in second.get("/months/2011-03").text
    assert "none checked yet" in second.get("/months/2013-01").text


def test_quotes_may_be_marked_as_publishable(reviewer, store, save, token):
    number = save(message_of(1))
    page = reviewer.get(f"/messages/{number}").text
    quote = "We use them to monitor cohesion in the borough"
    form = {"token": token(page), "version": "1", **ANSWER, "use_quotes": quote, "quotable": "yes"}
    assert reviewer.post(f"/messages/{number}/decide", data=form).status_code == 303
    assert [item.quotable for item in reviews.message(store, number).statements] == [True]
    assert "Its quotes are approved for publication." in reviewer.get(f"/messages/{number}").text
    assert 'name="quotable" value="yes" checked' in reviewer.get(f"/messages/{number}").text
