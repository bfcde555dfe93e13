"""A flag is sent with what is edited, and neither its note nor the edit is lost."""

import pytest
from fakes.review_pages import AS_PROPOSED, NOW

from storage import reviews


@pytest.fixture
def flag(reviewer, token):
    """Give the sender of a flag out of the form as it was drawn, but for what is named."""

    def send(number, query="", client=reviewer, **changes):
        form = {**AS_PROPOSED, "version": 1, "token": token(client.get("/account").text), **changes}
        return client.post(f"/messages/{number}/flag{query}", data=form)

    return send


def test_flag_keeps_what_is_edited_in_the_form(flag, decide, store, three):
    answer = flag(three[0], "?state=pending", flagged_for="second", note="A use?", product=["survey"])
    assert (answer.status_code, answer.headers["hx-push-url"]) == (200, f"/messages/{three[0]}?state=pending")
    assert 'id="product-survey" name="product" value="survey" checked' in answer.text
    assert "<strong>Flagged for second</strong>. What you changed in the form is still there" in answer.text
    message = reviews.message(store, three[0])
    assert (message.flagged_for, message.history[-1].note) == ("second", "A use?")
    assert 'name="version" value="2"' in answer.text
    assert decide(three[0], version=2, product=["survey"]).status_code == 303


def test_flag_alone_goes_back_to_the_message_which_says_so(app, client_of, flag, reviewer, three):
    answer = flag(three[0], "?state=pending", flagged_for="second")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/messages/{three[0]}?state=pending&told=flag")
    told = "<strong>Flagged for second</strong>.</p>"
    assert told in reviewer.get(answer.headers["location"]).text
    assert told not in client_of(app, "second").get(answer.headers["location"]).text
    answer = flag(three[0], version=2, flagged_for="")
    assert "<strong>The flag is taken down</strong>." in reviewer.get(answer.headers["location"]).text


def test_edit_of_what_somebody_changed_meanwhile_stays_refused(app, client_of, flag, decide, three):
    decide(three[0], client=client_of(app, "second"), product=["volunteering"])
    answer = flag(three[0], flagged_for="second", product=["survey"])
    assert 'name="version" value="1"' in answer.text
    assert decide(three[0], version=1, product=["survey"]).status_code == 409


def test_note_too_long_is_said_and_kept_whole(flag, store, three):
    note = "x" * 2001
    answer = flag(three[0], flagged_for="second", note=note)
    assert (answer.status_code, "Write a note of at most 2,000 characters" in answer.text) == (422, True)
    assert f"{note}</textarea>" in answer.text
    assert reviews.message(store, three[0]).history == ()


def test_flag_of_an_ended_session_is_held_and_shown_again(app, client_of, flag, store, three, token):
    reader = client_of(app)
    held = flag(three[0], client=client_of(app, "reviewer"), token="old", flagged_for="second", note="A use?")
    assert (held.status_code, "A use?</textarea>" in held.text) == (403, True)
    assert "<option selected>second</option>" in held.text
    form = {**AS_PROPOSED, "version": 1, "token": "old", "flagged_for": "second", "note": "A use?"}
    asked = reader.post(f"/messages/{three[0]}/flag", data=form)
    assert (asked.status_code, 'name="note" value="A use?"' in asked.text) == (200, True)
    assert reviews.message(store, three[0]).flagged_for == ""


def test_flag_that_was_not_saved_stands_in_the_form(flag, store, three, monkeypatch):
    from storage.errors import StorageError

    def full(*_, **__):
        raise StorageError("disk")

    monkeypatch.setattr(reviews, "flag", full)
    answer = flag(three[0], flagged_for="second", note="A use?", product=["survey"])
    assert (answer.status_code, "The flag was not saved" in answer.text) == (503, True)
    assert 'id="product-survey" name="product" value="survey" checked' in answer.text
    assert "A use?</textarea>" in answer.text


@pytest.mark.parametrize(
    "unsent", [{"note": "A use?"}, {"flagged_for": "second"}, {"note": "A use?", "flagged_for": "second"}]
)
def test_flag_that_was_not_sent_is_not_lost_by_a_save(decide, store, three, unsent):
    answer = decide(three[0], product=["survey"], **{"flagged_for": "", **unsent})
    assert (answer.status_code, "press Save the flag" in answer.text) == (422, True)
    assert f"{unsent.get('note', '')}</textarea>" in answer.text
    assert 'id="product-survey" name="product" value="survey" checked' in answer.text
    assert ('id="flag" open' in answer.text, 'name="leave_flag" value="yes"' in answer.text) == (True, True)
    assert reviews.message(store, three[0]).history == ()
    assert decide(three[0], product=["survey"], leave_flag="yes", **unsent).status_code == 303


def test_flag_that_stands_is_nothing_unsent(decide, store, three):
    reviews.flag(store, three[0], who="second", flagged_for="reviewer", now=NOW)
    assert decide(three[0], version=2, flagged_for="reviewer", note=" ", leave_flag="").status_code == 303


def test_flag_of_another_is_no_edit(flag, store, three):
    reviews.flag(store, three[0], who="second", flagged_for="reviewer", now=NOW)
    assert flag(three[0], version=2, flagged_for="").status_code == 303
    assert reviews.message(store, three[0]).flagged_for == ""
