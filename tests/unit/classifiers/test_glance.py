"""The words of a text at a glance are those that the pattern of words finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.glance import Glance
from classifiers.words import form_of, spans_in, written_in

TEXTS = st.text(alphabet=st.sampled_from("anstNST'`’´ \n_%&£éİ\u00ad\u200b.,-09x"), max_size=30)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        pytest.param("Don't the council's 5% count?", {"dont", "the", "council", "5", "percent", "count"}, id="plain"),
        pytest.param("Café – don’t & £5", {"cafe", "dont", "and", "pound", "5"}, id="beyond ASCII"),
        pytest.param("neigh\u00adbour_hood", {"neighbour", "hood"}, id="soft hyphen"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_glance_gives_the_forms_of_words(text: str, forms: set[str]) -> None:
    assert Glance(text).forms == forms


@settings(deadline=None)
@given(TEXTS)
def test_glance_gives_the_forms_that_the_pattern_of_words_gives(text: str) -> None:
    assert Glance(text).forms == set(map(form_of, written_in(text)))


@settings(deadline=None)
@given(TEXTS)
def test_every_word_begins_at_one_of_its_places(text: str) -> None:
    glance = Glance(text)
    for start, end in spans_in(text):
        places = glance.places([form_of(text[start:end])])
        assert places is None or start in places
