"""What words of setting aside reach, and that words which are no such thing take nothing away."""

import shutil
from collections.abc import Callable

import pytest

from classifiers.catalogue import PACKAGED
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

CANCEL = '\n[[cancel]]\nid = "aside.frog"\ntag = "set-aside"\npatterns = ["why not the figures"]\n'


@pytest.fixture(scope="module")
def own_tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    """Make the tagger of the packaged rules with a cancel of words that set aside."""
    own = tmp_path_factory.mktemp("own") / "rules"
    shutil.copytree(PACKAGED, own)
    with (own / "roles.toml").open("a", encoding="utf-8") as file:
        file.write(CANCEL)
    return Tagger(load_rules(own))


@pytest.mark.parametrize(
    ("text", "products"),
    [
        pytest.param(
            "Could you send us tables, and why not the figures on racial prejudice by region?",
            ("race-religion-equalities",),
            id="cancelled",
        ),
        pytest.param("Could you send us tables, not the figures on racial prejudice by region?", (), id="stands"),
    ],
)
def test_cancelled_words_set_nothing_aside(
    own_tagger: Tagger, letter: Callable[..., MessageText], text: str, products: tuple[str, ...]
) -> None:
    assert own_tagger.verdict(letter(text)).values(Dimension.PRODUCT) == products
