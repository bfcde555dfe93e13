"""Undo takes back what is meant: what a button names, or the last decision."""

import pytest
from fakes.review_pages import sure_message_of

from storage import reviews
from storage.records import ReviewState


@pytest.fixture
def undo(reviewer, token):
    """Give the sender of an undo."""

    def send(**meant):
        return reviewer.post("/undo", data={"token": token(reviewer.get("/account").text), **meant})

    return send


@pytest.fixture
def confirm(reviewer, token):
    """Give the sender of a confirmation of several messages."""

    def send(*numbers):
        form = {"message": [f"{number}:1" for number in numbers], "token": token(reviewer.get("/account").text)}
        return reviewer.post("/messages/confirm", data=form).text

    return send


def states(store, numbers):
    """Give the states of messages."""
    return [reviews.message(store, number).state.value for number in numbers]


def field(page, name):
    """Give the value of a hidden field."""
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_undo_all_of_these_undoes_these(confirm, decide, undo, store, three):
    page = confirm(three[0], three[1])
    decide(three[2])
    assert undo(bulk=field(page, "bulk")).status_code == 303
    assert states(store, three) == ["pending", "pending", "confirmed"]


def test_undo_beside_a_decision_undoes_that_one(decide, reviewer, undo, store, three):
    address = decide(three[1], "?needs=yes").headers["location"]
    number = field(reviewer.get(address).text, "decision")
    decide(three[2])
    assert undo(decision=number).status_code == 303
    assert states(store, three) == ["pending", "pending", "confirmed"]
    again = undo(decision=number)
    assert (again.status_code, "That is undone already" in again.text) == (409, True)
    assert states(store, three) == ["pending", "pending", "confirmed"]


def test_undo_of_anybody_elses_decision_is_none(app, client_of, decide, undo, store, three):
    decide(three[0], client=client_of(app, "second"))
    event = reviews.message(store, three[0]).history[-1].id
    assert undo(decision=event).status_code == 409
    assert states(store, three[:1]) == ["confirmed"]


def test_undo_passes_over_what_somebody_decided_since_and_says_so(app, client_of, decide, reviewer, undo, store, three):
    decide(three[1])
    decide(three[0])
    decide(three[0], client=client_of(app, "second"), version=2, product=["survey"])
    answer = undo()
    assert states(store, three[:2]) == ["corrected", "pending"]
    told = f"Message {three[0]} was passed over: second has decided on it since."
    assert told in reviewer.get(answer.headers["location"]).text


def test_undo_names_every_message_that_it_leaves(app, client_of, confirm, decide, reviewer, undo, store, three):
    page = confirm(*three)
    for number in three[1:]:
        decide(number, client=client_of(app, "second"), version=2, product=["survey"])
    told = reviewer.get(undo(bulk=field(page, "bulk")).headers["location"]).text
    assert f"Messages {three[1]} and {three[2]} were passed over: they were decided on since." in told
    forged = reviewer.get(f"/messages/{three[0]}?undone=yes&left={three[1]},x,,{'9' * 30},99")
    assert f"Message {three[1]} was passed over: second has decided on it since." in forged.text


def test_undo_of_the_first_of_ones_own_two_is_refused_in_these_words(decide, undo, store, three):
    decide(three[0])
    first = reviews.message(store, three[0]).history[-1].id
    decide(three[0], version=2, product=["survey"])
    answer = undo(decision=first)
    assert (answer.status_code, f"You have decided on message {three[0]} again since" in answer.text) == (409, True)


def test_many_messages_together_are_one_decision_to_undo(confirm, decide, undo, save, store, three):
    decide(three[0])
    many = [save(sure_message_of(number)) for number in range(10, 22)]
    confirm(*many)
    assert [undo().status_code for _ in range(3)] == [303, 303, 409]
    assert set(states(store, (three[0], *many))) == {ReviewState.PENDING.value}


def test_undo_is_offered_again_and_on_every_list(decide, reviewer, undo, confirm, three):
    decide(three[0])
    decide(three[1])
    page = reviewer.get(undo().headers["location"]).text
    assert page.count('data-action="undo"') == 1
    assert "Undo another" in page
    for shown in (reviewer.get("/messages").text, reviewer.get(f"/messages/{three[2]}").text):
        assert "Undo my last decision" in shown
    assert 'data-action="undo"' in confirm(three[2])


@pytest.mark.parametrize("address", ["/undo", "/messages/confirm", "/messages/1/flag"])
def test_address_of_what_was_done_opened_again_does_nothing(reviewer, three, address):
    assert reviewer.get(address).headers["location"].startswith("/messages")
