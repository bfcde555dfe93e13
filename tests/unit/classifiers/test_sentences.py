"""Sentences of mail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.sentences import LONGEST, Cut


def split(text: str) -> list[str]:
    return [" ".join(text[span.start : span.end].split()) for span in Cut(text).sentences()]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One. Two? Three!", ["One.", "Two?", "Three!"], id="ends"),
        pytest.param("See p. 6, e.g. the chart by J. Smith. Done.", 2, id="abbreviations and initials"),
        pytest.param("Dear all\n\nPlease send it.", ["Dear all", "Please send it."], id="greeting"),
        pytest.param("Three things:\n- one\n- two", ["Three things:", "- one", "- two"], id="bullets"),
        pytest.param("1. First\n2. Second", 2, id="numbers"),
        pytest.param("It rose by 2.5 per cent. Why?", 2, id="decimals"),
        pytest.param("", [], id="empty"),
    ],
)
def test_sentences_end_where_people_end_them(text: str, sentences: list[str] | int) -> None:
    found = split(text)
    assert (len(found) if isinstance(sentences, int) else found) == sentences


def test_sentence_goes_on_over_a_wrapped_line() -> None:
    text = (
        "We would like to know how many people in our county help their neighbours\n"
        "with shopping, and whether that has changed since the previous release.\n"
        "Thanks"
    )
    assert split(text)[0].endswith("previous release.")


def test_long_text_without_an_end_is_cut_at_spaces() -> None:
    text = "word " * 2_000
    assert all(span.end - span.start <= LONGEST for span in Cut(text).sentences())


def test_sentences_keep_their_offsets() -> None:
    text = "  First one.\n\n  Second one."
    assert [text[span.start : span.end] for span in Cut(text).sentences()] == ["First one.", "Second one."]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("aB.? \n>-:;,1)o"), max_size=200), st.sets(st.integers(0, 199)))
def test_sentences_at_places_are_those_that_hold_one(text: str, places: set[int]) -> None:
    held = [span for span in Cut(text).sentences() if any(span.start <= place < span.end for place in places)]
    assert list(Cut(text).sentences_at(sorted(place for place in places if place < len(text)))) == held
