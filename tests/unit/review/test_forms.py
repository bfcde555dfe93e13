"""The decision form: a draft becomes tags and quotes, or every problem at once."""

import pytest
from fakes.review_pages import DECISION_QUOTE, USE_QUOTE, catalogue_of, message_of
from fakes.stored import stored_message
from hypothesis import given
from hypothesis import strategies as st

from review.forms import Answer, Draft, answer_of, draft_of_message, folded, locate
from storage.records import ZoneRecord

CATALOGUE = catalogue_of()


@pytest.fixture
def message():
    """Give the usual message as the store would."""
    new = message_of(1)
    return stored_message(
        subject=new.subject,
        zones=new.zones,
        verdict=new.verdict,
        tags=new.verdict.tags,
        statements=new.verdict.statements,
    )


def draft_with(message, **values):
    """Give the draft as proposed, but for these values."""
    drawn = draft_of_message(message)
    return Draft(values={**drawn.values, **values}, quotes=drawn.quotes)


def test_draft_as_drawn_is_the_verdict_itself(message):
    answer = answer_of(draft_of_message(message), message, CATALOGUE, "rob")
    assert answer == Answer(tags=message.verdict.tags, statements=message.verdict.statements)


def test_new_tag_says_who_chose_it(message):
    answer = answer_of(draft_with(message, product=("cohesion", "survey")), message, CATALOGUE, "rob")
    assert [(tag.value, tag.reason) for tag in answer.tags if tag.dimension == "product"] == [
        ("cohesion", "“cohesion figures” in the new text"),
        ("survey", "chosen by rob"),
    ]


def test_all_problems_are_told_at_once(message):
    drawn = draft_with(message, user_category=(), product=("made-up",))
    draft = Draft(values=drawn.values, quotes={"use_quotes": "not there", "decision_quotes": ""}, note="x" * 3000)
    problems = answer_of(draft, message, CATALOGUE, "rob")
    assert [problem.field for problem in problems] == ["user_category", "product", "note", "use_quotes"]


def test_tag_that_the_catalogue_forgot_may_stay(message):
    old = draft_of_message(message)
    assert isinstance(answer_of(old, message, catalogue_of(), "rob"), Answer)


@pytest.mark.parametrize("quote", [USE_QUOTE, DECISION_QUOTE, "Exampleton by ward?\nWe use them"])
def test_quote_is_located_where_it_stands(message, quote):
    found = locate(folded(quote), "use", message.zones)
    assert message.zones[found.zone].text[found.start : found.end] == quote


@pytest.mark.parametrize("quote", ["volunteering tables", "confidential and intended", "Policy officer", "x" * 5000])
def test_quote_of_what_the_sender_did_not_write_now_is_not_found(message, quote):
    assert locate(quote, "use", message.zones) is None


def test_quote_of_a_forwarded_original_or_a_document_is_found():
    zones = (
        ZoneRecord(kind="new", text="FYI"),
        ZoneRecord(kind="forwarded", text="we teach"),
        ZoneRecord(kind="attachment", text="we plan"),
    )
    assert locate("we teach", "use", zones).zone == 1
    assert locate("we plan", "use", zones).zone == 2


@given(st.text(max_size=60))
def test_any_words_of_the_text_can_be_quoted(text):
    line = folded(text)
    zones = (ZoneRecord(kind="new", text=f"Before. {text} After."),)
    if line:
        found = locate(line, "use", zones)
        assert folded(found.text) == line
