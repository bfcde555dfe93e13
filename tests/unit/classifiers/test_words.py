"""Words as the rules see them."""

import pytest

from classifiers.words import form_of, spans_in, stem, written_in


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        pytest.param("Community-Cohesion", ["community", "cohesion"], id="hyphens part"),
        pytest.param("people’s backgrounds", ["people", "backgrounds"], id="possessive s is left out"),
        pytest.param("don’t", ["dont"], id="curly apostrophe"),
        pytest.param("2009–10", ["2009", "10"], id="en dash"),
        pytest.param("Café", ["cafe"], id="accents"),
        pytest.param("neigh\u00adbour", ["neighbour"], id="soft hyphen"),
        pytest.param("5% & more", ["5", "percent", "and", "more"], id="signs"),
    ],
)
def test_words_fold_what_people_type(written: str, forms: list[str]) -> None:
    assert list(map(form_of, written_in(written))) == forms


def test_words_keep_the_offsets_of_the_text() -> None:
    text = "“National  Identity”"
    assert [text[start:end] for start, end in spans_in(text)] == ["National", "Identity"]


@pytest.mark.parametrize(
    "forms",
    [
        pytest.param(("volunteer", "volunteers", "volunteering", "volunteered"), id="regular"),
        pytest.param(("give", "gave", "given", "giving"), id="irregular"),
        pytest.param(("policy", "policies"), id="ies"),
        pytest.param(("plan", "planned", "planning"), id="doubled"),
        pytest.param(("influence", "influencing", "influenced"), id="silent e"),
    ],
)
def test_stem_is_one_for_the_forms_of_a_word(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("britishness", "british"), ("responsibilities", "response"), ("organisation", "organised")]
)
def test_stem_keeps_different_words_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)
