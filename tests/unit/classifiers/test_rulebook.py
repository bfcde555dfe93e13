"""Reading rule files: everything that is wrong is said at once, with its place and its remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.catalogue import load_catalogue
from classifiers.errors import RulesUnreadable
from classifiers.examples import check_examples
from classifiers.matching import Matchers
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.verdict import Dimension, MessageText

GOOD = """
dimension = "product"

[[tag]]
id = "trees"
title = "Trees"
former_titles = [{ title = "Woods", years = "2008 to 2009" }]

[[rule]]
id = "trees.named"
tag = "trees"
phrases = ["tall trees"]
ok = ["the tallest? No: tall trees."]
not = ["tall men"]
"""


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(RulesUnreadable) as caught:
        load_rules(folder)
    return [str(problem) for problem in caught.value.problems]


def test_packaged_rules_keep_their_examples(packaged_rules: Rulebook, packaged_matchers: Matchers) -> None:
    assert [str(failure) for failure in check_examples(packaged_rules, packaged_matchers)] == []


def test_catalogue_is_read_without_the_rules(rules_folder: Callable[..., Path]) -> None:
    (entry,) = load_catalogue(rules_folder(products=GOOD)).of(Dimension.PRODUCT)
    assert (entry.title, entry.former_titles[0].years) == ("Trees", "2008 to 2009")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param('tag = "trees"', 'tag = "tree"', "products.toml:9 [trees.named]: no tag 'tree'", id="unknown tag"),
        pytest.param(
            "phrases", "phrase", "products.toml:12 [trees.named]: unknown key 'phrase'; write 'phrases'", id="key"
        ),
        pytest.param(
            '"tall trees"', '"..."', "products.toml:12 [trees.named]: the phrase '...' holds no word", id="word"
        ),
        pytest.param("phrases = [", "weight = 3\nphrases = [", "weight 3 is not between 0 and 1", id="weight"),
        pytest.param("phrases = [", 'zones = ["body"]\nphrases = [', "unknown zone 'body'", id="zone"),
        pytest.param("phrases = [", 'needs = ["sun"]\nphrases = [', "no cue is called 'sun'", id="cue"),
        pytest.param('"product"', '"produce"', "unknown dimension 'produce'; write 'product'", id="dimension"),
        pytest.param('["tall trees"]', '["tall trees"', "not valid TOML", id="toml"),
    ],
)
def test_mistake_is_named_with_its_place_and_remedy(
    rules_folder: Callable[..., Path], old: str, new: str, says: str
) -> None:
    assert any(says in problem for problem in problems_of(rules_folder(products=GOOD.replace(old, new, 1))))


def test_all_mistakes_are_reported_at_once(rules_folder: Callable[..., Path]) -> None:
    bad = GOOD.replace("tall trees", "...").replace('tag = "trees"', 'tag = "tree"')
    assert len(problems_of(rules_folder(products=bad, uses="dimension ="))) == 3


def test_ids_stand_once(rules_folder: Callable[..., Path]) -> None:
    twice = GOOD[GOOD.index("[[rule]]") :]
    assert any(
        "the id stands also in products.toml:9" in one for one in problems_of(rules_folder(products=GOOD + twice))
    )


def test_version_changes_with_the_files(rules_folder: Callable[..., Path]) -> None:
    before = load_rules(rules_folder(products=GOOD)).version
    assert load_rules(rules_folder(products=GOOD + "\n# a remark\n")).version != before


def test_example_that_fails_names_what_is_missing(rules_folder: Callable[..., Path]) -> None:
    (failure,) = check_examples(load_rules(rules_folder(products=GOOD.replace('"tall men"', '"tall trees"'))))
    assert "matches, and must not" in str(failure)
    (failure,) = check_examples(load_rules(rules_folder(products=GOOD.replace("No: tall trees", "tall men"))))
    assert "lacks tree" in str(failure)


CUES = """
dimension = "cue"

[[rule]]
id = "gardener"
tag = "gardens"
phrases = ["green fingers"]

[[cancel]]
id = "gardener.frog"
tag = "gardens"
phrases = ["a frog's green fingers"]
"""


def test_cancel_of_a_cue_that_nobody_gives_is_named(rules_folder: Callable[..., Path]) -> None:
    wrong = CUES[: CUES.rindex("gardens")] + CUES[CUES.rindex("gardens") :].replace("gardens", "garden")
    says = "signs.toml:9 [gardener.frog]: it cancels 'garden', and no cue is called so; write 'gardens'"
    assert problems_of(rules_folder(products=GOOD, signs=wrong)) == [says]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("She has green fingers.", ["green fingers"], id="stands"),
        pytest.param("Paint a frog's green fingers!", [], id="cancelled"),
        pytest.param("A frog's green fingers. My green fingers.", ["green fingers"], id="elsewhere"),
    ],
)
def test_cancel_takes_a_cue_away(
    rules_folder: Callable[..., Path], letter: Callable[..., MessageText], text: str, words: list[str]
) -> None:
    found = Matchers(load_rules(rules_folder(products=GOOD, signs=CUES))).found(letter(text))
    assert [found.text(match) for match in found.of("gardens")] == words
    assert [match.rule.id for match in found.standing] == ["gardener"] * len(words)
