"""Deciding: saved means stored, the edit is never lost, the next message is the next of the filter."""

import sqlite3

import pytest
from fakes.review_pages import DECISION_QUOTE, NOW, USE_QUOTE, sure_message_of

from storage import reviews, users
from storage.records import ReviewState


def values_of(message, dimension):
    """Give a message's values of one dimension."""
    return [tag.value for tag in message.tags if tag.dimension == dimension]


def test_f78_unchanged_is_confirmed_and_counts_as_reviewed(decide, store, three):
    answer = decide(three[0])
    message = reviews.message(store, three[0])
    assert answer.status_code == 303
    assert message.state is ReviewState.CONFIRMED
    assert message.receipt.reviewed_by == "reviewer"
    assert message.history[-1].action == "confirm"


def test_form_as_drawn_sends_what_was_proposed(reviewer, store, three):
    page = reviewer.get(f"/messages/{three[0]}").text
    assert page.count(" checked") == 6
    assert USE_QUOTE in page
    assert DECISION_QUOTE.replace("\n", " ") in page


def test_changed_tag_is_corrected_and_the_history_says_what(decide, reviewer, store, three):
    decide(three[0], product=["cohesion", "volunteering"], use=[])
    message = reviews.message(store, three[0])
    assert message.state is ReviewState.CORRECTED
    assert values_of(message, "product") == ["cohesion", "volunteering"]
    page = reviewer.get(f"/messages/{three[0]}").text
    assert "<li>Added Product: Volunteering and Charitable Giving Topic Report</li>" in page
    assert "<li>Removed Use: Monitoring integration and cohesion</li>" in page


def test_other_kind_of_message_clears_the_rest(decide, store, three):
    decide(three[0], disposition="spam")
    message = reviews.message(store, three[0])
    assert values_of(message, "disposition") == ["spam"]
    assert values_of(message, "user_category") == ["none"]
    assert values_of(message, "product") == values_of(message, "use") == values_of(message, "channel") == []
    assert message.statements == ()


def test_quote_is_found_over_line_breaks_and_kept_as_it_stands(decide, store, three):
    decide(three[0], decision_quotes="decide where to put  our three")
    statements = reviews.message(store, three[0]).statements
    assert [item.text for item in statements if item.kind == "decision"] == ["decide\nwhere to put our three"]
    found = statements[-1]
    zone = reviews.message(store, three[0]).zones[found.zone]
    assert zone.text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"disposition": ""}, "Choose from the list"),
        ({"disposition": []}, "Choose what kind of message this is"),
        ({"user_category": "none"}, "Choose who the user is"),
        ({"user_category": []}, "Choose who the user is"),
        ({"product": ["cohesion", "made-up"]}, "Choose from the list"),
        ({"use_quotes": "They never wrote this"}, "Copy the quote word for word"),
        ({"use_quotes": "The volunteering tables are attached."}, "Copy the quote word for word"),
    ],
    ids=["empty-kind", "no-kind", "category-none", "no-category", "unknown-tag", "made-up-quote", "quoted-mail"],
)
def test_wrong_form_is_not_saved_and_keeps_the_edit(decide, store, three, changes, words):
    changes = {"channel": ["survey-future"], **changes}
    answer = decide(three[0], **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="channel-survey-future" name="channel" value="survey-future" checked' in answer.text
    assert reviews.message(store, three[0]).state is ReviewState.PENDING


def test_f74_saving_goes_to_the_next_of_the_filter(decide, three):
    answer = decide(three[1], "?state=pending&needs=yes")
    assert answer.headers["location"] == f"/messages/{three[0]}?state=pending&needs=yes&saved={three[1]}"


def test_f72_next_page_repeats_what_the_store_holds(decide, reviewer, three):
    answer = decide(three[1], "?state=pending", product=["survey"])
    page = reviewer.get(answer.headers["location"]).text
    assert (
        f"<strong>Saved</strong> message {three[1]}. Corrected: added Product: Citizenship Survey as a whole; removed"
        in page
    )


def test_f74_end_of_the_filter_says_so(decide, reviewer, three):
    answer = decide(three[0], "?state=pending&needs=yes")
    assert answer.headers["location"] == f"/messages?state=pending&needs=yes&end=yes&saved={three[0]}"
    assert "That was the last message of this list." in reviewer.get(answer.headers["location"]).text


def test_skip_goes_on_without_a_decision(reviewer, store, three):
    answer = reviewer.get(f"/messages/{three[1]}/next?state=pending")
    assert answer.headers["location"] == f"/messages/{three[0]}?state=pending"
    assert reviews.message(store, three[1]).state is ReviewState.PENDING


def test_f73_stale_decision_is_refused_with_both_versions(app, client_of, decide, store, three):
    decide(three[0], client=client_of(app, "second"), product=["survey"])
    answer = decide(three[0], product=["volunteering"])
    assert answer.status_code == 409
    assert "Citizenship Survey as a whole" in answer.text
    assert "Volunteering and Charitable Giving Topic Report" in answer.text
    assert '<input type="hidden" name="product" value="volunteering">' in answer.text
    assert values_of(reviews.message(store, three[0]), "product") == ["survey"]


def test_both_versions_are_laid_out_alike_and_say_what_differs(app, client_of, decide, three):
    decide(three[0], client=client_of(app, "second"), decision_quotes="", product=["survey", "cohesion"])
    page = decide(three[0]).text
    theirs, mine = page.split("What you were saving")
    for side in (theirs, mine):
        asked = ("Kind of message: ", "Product: ", "User: ", "Use: ", "Channel: ", "Quote of use: ")
        places = [side.index(f">{question}") for question in asked]
        assert places == sorted(places)
    assert theirs.count("(only here)") == 1
    assert mine.count("(only here)") == 1
    assert "outreach workers” <span" in mine


def test_both_versions_say_whether_quotes_may_be_published(app, client_of, decide, three):
    decide(three[0], quotable="yes")
    decide(three[0], client=client_of(app, "second"), version=2)
    page = decide(three[0], version=2, quotable="yes").text
    theirs, mine = page.split("What you were saving")
    assert '<li class="app-differs">Quotes approved for publication: no <span' in theirs
    assert '<li class="app-differs">Quotes approved for publication: yes <span' in mine


def test_saving_says_that_quotes_may_be_published_or_are_withdrawn(decide, reviewer, three):
    for version, changes, words in (
        (1, {"quotable": "yes"}, "Confirmed; its quotes are approved for publication"),
        (2, {"product": ["survey"]}, "removed Product: Cohesion Topic Report; its quotes are withdrawn"),
    ):
        answer = decide(three[0], version=version, **changes)
        page = reviewer.get(answer.headers["location"]).text
        assert words in page


def test_own_version_can_be_saved_on_top_once_seen(app, client_of, decide, store, three):
    decide(three[0], client=client_of(app, "second"), product=["survey"])
    decide(three[0], product=["volunteering"], version=2)
    assert values_of(reviews.message(store, three[0]), "product") == ["volunteering"]
    assert [event.who for event in reviews.message(store, three[0]).history] == ["second", "reviewer"]


def test_f72_failed_save_says_so_and_keeps_the_edit(decide, database, store, three):
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON decision BEGIN SELECT RAISE(ABORT, 'disk'); END")
    connection.close()
    answer = decide(three[0], product=["survey"])
    assert answer.status_code == 503
    assert "Your decision was not saved" in answer.text
    assert 'id="product-survey" name="product" value="survey" checked' in answer.text
    assert reviews.message(store, three[0]).state is ReviewState.PENDING


def test_undo_opens_the_message_again(decide, reviewer, store, three, token):
    decide(three[0], "?state=pending", product=["survey"])
    answer = reviewer.post("/undo?state=pending", data={"token": token(reviewer.get("/account").text)})
    assert answer.headers["location"] == f"/messages/{three[0]}?state=pending&undone=yes"
    message = reviews.message(store, three[0])
    assert message.state is ReviewState.PENDING
    assert [event.action for event in message.history] == ["correct", "undo"]


def test_undo_says_what_was_undone_while_it_is_so(decide, reviewer, three, token):
    decide(three[0], product=["survey"])
    said = f"the decision on message {three[0]}. It stands as before: pending."
    form = {"token": token(reviewer.get("/account").text)}
    page = reviewer.get(reviewer.post("/undo", data=form).headers["location"]).text
    assert said in page
    assert 'name="product" value="cohesion" checked' in page
    assert said not in reviewer.get(f"/messages/{three[1]}?undone=yes").text
    decide(three[0], version=3)
    assert said not in reviewer.get(f"/messages/{three[0]}?undone=yes").text


def test_undo_is_told_for_minutes_and_to_whom_it_was(decide, app, client_of, clock, reviewer, three, token):
    decide(three[0], product=["survey"])
    reviewer.post("/undo", data={"token": token(reviewer.get("/account").text)})
    address, told = f"/messages/{three[0]}?undone=yes", 'aria-label="Undone just now"'
    assert told in reviewer.get(address).text
    assert told not in client_of(app, "second").get(address).text
    clock.move(minutes=4)
    assert told in reviewer.get(address).text
    clock.move(minutes=2)
    assert told not in reviewer.get(address).text


def test_undo_reaches_ten_back(decide, reviewer, store, save, token):
    numbers = [save(sure_message_of(n)) for n in range(1, 12)]
    for number in numbers:
        decide(number)
    form = {"token": token(reviewer.get("/account").text)}
    answers = [reviewer.post("/undo", data=form).status_code for _ in range(11)]
    assert answers == [303] * 10 + [409]
    assert reviews.message(store, numbers[0]).state is ReviewState.CONFIRMED


def test_undo_of_what_somebody_decided_since_is_refused_in_words(app, client_of, decide, reviewer, three, token):
    decide(three[0])
    decide(three[0], client=client_of(app, "second"), version=2, product=["survey"])
    answer = reviewer.post("/undo", data={"token": token(reviewer.get("/account").text)})
    assert answer.status_code == 409
    assert "second has decided" in answer.text


def test_flag_asks_a_colleague_and_is_in_the_history(reviewer, three, token):
    form = {"token": token(reviewer.get("/account").text), "flagged_for": "second", "note": "Is this a use?"}
    assert reviewer.post(f"/messages/{three[0]}/flag?state=pending", data=form).status_code == 303
    page = reviewer.get(f"/messages/{three[0]}").text
    assert "Flagged for second" in page
    assert "“Is this a use?”" in page


@pytest.mark.parametrize("whom", ["nobody at all", "", "gone"])
def test_flag_that_nobody_would_find_is_refused_and_its_note_kept(reviewer, store, three, token, whom):
    gone = users.add_user(store, "gone", "", "reviewer")
    users.remove_user(store, gone.id, now=NOW)
    form = {"token": token(reviewer.get("/account").text), "flagged_for": whom, "note": "Is this a use?"}
    answer = reviewer.post(f"/messages/{three[0]}/flag", data=form)
    assert (answer.status_code, "Choose a colleague from the list" in answer.text) == (422, True)
    assert "Is this a use?</textarea>" in answer.text
    assert reviews.message(store, three[0]).history == ()


def test_flag_is_chosen_from_the_people_and_taken_down(reviewer, store, three, token):
    reviews.flag(store, three[0], who="second", flagged_for="somebody before", now=NOW)
    page = reviewer.get(f"/messages/{three[0]}").text
    choices = page.split('name="flagged_for"')[1].split("</select>")[0]
    assert "<option selected>somebody before</option>" in choices
    assert "<option>second</option>" in choices
    form = {"token": token(page), "flagged_for": ""}
    assert reviewer.post(f"/messages/{three[0]}/flag", data=form).status_code == 303
    assert reviews.message(store, three[0]).flagged_for == ""


def test_f73_open_page_learns_that_somebody_decided(app, client_of, decide, reviewer, three):
    reviewer.get(f"/messages/{three[0]}")
    decide(three[0], client=client_of(app, "second"))
    assert (
        "This message has changed since you opened it." in reviewer.get(f"/messages/{three[0]}/company?version=1").text
    )


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_made_up_version_is_stale(decide, store, three, version):
    assert decide(three[0], version=version).status_code == 409
    assert reviews.message(store, three[0]).state is ReviewState.PENDING


def test_decide_address_opened_again_is_the_message(reviewer, three):
    answer = reviewer.get(f"/messages/{three[0]}/decide?state=pending")
    assert answer.headers["location"] == f"/messages/{three[0]}?state=pending"
