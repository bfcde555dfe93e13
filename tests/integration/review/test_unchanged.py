"""A decision that changes nothing is nobody's new one; what others did meanwhile is told for what it was."""

from dataclasses import replace

import pytest
from fakes.review_pages import AS_PROPOSED, NOW

from storage import reviews
from storage.draw import set_shares
from storage.records import ReviewState, TagRecord
from storage.retag import save_verdict
from storage.samples import random_check


@pytest.fixture
def second(app, client_of):
    """Give the browser of a second reviewer."""
    return client_of(app, "second")


def test_leafing_through_what_a_colleague_decided_writes_nothing(decide, reviewer, second, store, three):
    decide(three[0], client=second, product=["survey"])
    answer = decide(three[0], "?state=corrected", version=2, product=["survey"])
    message = reviews.message(store, three[0])
    assert (message.version, message.receipt.reviewed_by, len(message.history)) == (2, "second", 1)
    told = f"<strong>unchanged</strong> message {three[0]}. It stands as second decided."
    page = reviewer.get(answer.headers["location"]).text
    assert f"Message {three[0]} is unchanged." in page
    assert "It stands as second decided" in page
    assert told not in page.lower()  # the end of the list says it in its own words


def test_next_message_says_that_the_one_before_stands(decide, reviewer, second, three):
    decide(three[1], client=second)
    answer = decide(three[1], "?state=pending&needs=yes", version=2)
    assert answer.headers["location"] == f"/messages/{three[0]}?state=pending&needs=yes&stands={three[1]}"
    told = f"<strong>Unchanged</strong> message {three[1]}. It stands as second decided."
    assert told in reviewer.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("flagged_for", "stays", "events"), [("second", "second", 2), ("reviewer", "", 3)], ids=["for another", "for me"]
)
def test_flag_is_taken_down_by_whom_it_is_for(decide, store, second, three, flagged_for, stays, events):
    decide(three[0], client=second)
    reviews.flag(store, three[0], who="second", flagged_for=flagged_for, now=NOW)
    decide(three[0], version=3)
    message = reviews.message(store, three[0])
    assert (message.flagged_for, len(message.history)) == (stays, events)


def test_button_says_what_it_would_do(decide, reviewer, store, three):
    assert 'data-words="Accept and go to the next"' in reviewer.get(f"/messages/{three[0]}").text
    decide(three[0])
    assert 'data-words="Next"' in reviewer.get(f"/messages/{three[0]}").text
    reviews.flag(store, three[0], who="second", flagged_for="reviewer", now=NOW)
    assert 'data-words="Take the flag down and go to the next"' in reviewer.get(f"/messages/{three[0]}").text


def test_enter_on_what_was_drawn_checks_it_though_a_list_was_confirmed(decide, reviewer, store, three):
    reviews.confirm_many(store, [(three[2], 1)], who="second", now=NOW)
    set_shares(store, check=1, second=0)
    version = reviews.message(store, three[2]).version
    assert 'data-words="Accept and go to the next"' in reviewer.get(f"/messages/{three[2]}").text
    decide(three[2], version=version)
    month = random_check(store, NOW.replace(month=3), NOW)
    assert (month.drawn, month.checked, month.right.part) == (1, 1, 1)
    assert decide(three[2], version=version + 1).headers["location"].endswith(f"stands={three[2]}")


def test_two_who_agree_are_not_stopped(decide, second, store, three):
    decide(three[1], client=second, product=["survey"])
    answer = decide(three[1], "?state=pending&needs=yes", product=["survey"])
    assert answer.headers["location"] == f"/messages/{three[0]}?state=pending&needs=yes&stands={three[1]}"
    assert [event.who for event in reviews.message(store, three[1]).history] == ["second"]


def test_flag_put_up_meanwhile_is_shown_with_its_note(decide, store, three):
    reviews.flag(store, three[0], who="second", flagged_for="administrator", note="Is this a use?", now=NOW)
    page = decide(three[0]).text
    assert "Flagged by second," in page
    assert "<strong>Flagged for administrator</strong> by second: “Is this a use?”. Saving yours takes" in page
    assert f'href="/messages/{three[0]}/next">Keep this version and go to the next' in page


def test_rules_that_ran_meanwhile_are_not_taken_for_a_colleague(decide, second, store, three):
    decide(three[0], client=second, product=["survey"])
    said = reviews.message(store, three[0]).verdict
    save_verdict(store, three[0], replace(said, rules_version="r18", tags=said.tags[:2]), now=NOW)
    page = decide(three[0], version=2, events=1, product=["volunteering"]).text
    assert "The rules ran again" in page
    assert "by second," not in page


def test_saved_line_is_told_for_minutes_and_to_whom_it_was(decide, clock, reviewer, second, three):
    address, told = decide(three[0]).headers["location"], 'aria-label="Saved just now"'
    address = f"/messages/{three[1]}?saved={three[0]}"
    assert told in reviewer.get(address).text
    assert told not in second.get(address).text
    clock.move(minutes=6)
    assert told not in reviewer.get(address).text


@pytest.fixture
def overruled(decide, store, three):
    """Have the rules say otherwise since somebody decided."""
    decide(three[0])
    said = reviews.message(store, three[0]).verdict
    survey = TagRecord(dimension="product", value="survey", confidence=0.9, reason="“the survey” in the new text")
    tags = (*(tag for tag in said.tags if tag.value != "cohesion"), survey)
    save_verdict(store, three[0], replace(said, rules_version="r18", tags=tags), now=NOW)
    return three[0]


def test_message_says_in_what_the_rules_disagree(overruled, reviewer):
    page = " ".join(reviewer.get(f"/messages/{overruled}").text.split())
    assert "They add Product: Citizenship Survey as a whole (“the survey” in the new text)." in page
    assert "They do not give Product: Cohesion Topic Report. reviewer decided " in page
    assert 'data-words="Keep the decision and go to the next"' in page
    assert ">rules disagree<" in reviewer.get("/messages?disagrees=yes").text


def test_decision_is_kept_against_the_rules(overruled, decide, reviewer, store):
    answer = decide(overruled, "?needs=yes", version=3)
    message = reviews.message(store, overruled)
    assert (message.disagrees, message.state, len(message.history)) == (False, ReviewState.CORRECTED, 2)
    assert "Corrected, kept as it was" in reviewer.get(answer.headers["location"]).text


def test_rules_are_taken_by_one_button(overruled, reviewer, store):
    page = reviewer.get(f"/messages/{overruled}").text
    form = page.split("decided ", 1)[1].split("Take the rules’ tags", 1)[0]
    fields = {}
    for field in form.split('<input type="hidden" name="')[1:]:
        name, value = field.split('"')[0], field.split('value="')[1].split('"')[0]
        fields.setdefault(name, []).append(value)
    assert reviewer.post(f"/messages/{overruled}/decide", data=fields).status_code == 303
    message = reviews.message(store, overruled)
    assert [tag.value for tag in message.tags if tag.dimension == "product"] == ["survey"]
    assert (message.disagrees, message.state) == (False, ReviewState.CONFIRMED)


def test_who_may_only_read_gets_tags_as_text(app, client_of, three):
    page = client_of(app, "reader").get(f"/messages/{three[0]}").text
    shown = page.split('class="app-columns__form"')[1].split('class="app-below"')[0]
    assert "“cohesion figures” in the new text" in shown
    assert AS_PROPOSED["use_quotes"] in shown
    assert not [word for word in ("<input", "<textarea", "<summary", "<kbd", "disabled") if word in shown]


def test_company_leads_back_into_the_filter(reviewer, three):
    page = reviewer.get(f"/messages/{three[0]}?state=pending&needs=yes").text
    address = page.split('id="company"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert f'href="/messages/{three[0]}?state=pending&amp;needs=yes"' in reviewer.get(address.replace("=1", "=0")).text
