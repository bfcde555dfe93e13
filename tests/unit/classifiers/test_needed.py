"""The tags that the program gives by itself: missed by name, once, and without what follows from it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.small_rules import problems_of

from classifiers.needed import NEEDED
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.uses import RankedUse, Uses

SITUATION = """
[[rule]]
id = "asked"
tag = "asked"
phrases = ["a question"]

[[situation]]
id = "of-the-survey"
needs = ["asked"]
gives = ["product:survey"]
drops = ["use:other-use"]
"""


def test_tag_that_is_missing_is_told_alone(rules_folder: Callable[..., Path]) -> None:
    folder = rules_folder(situations='dimension = "cue"\n' + SITUATION)
    assert load_rules(folder).situations
    (folder / "needed-product.toml").unlink()
    (problem,) = problems_of(folder)
    assert problem.startswith("products.toml: no tag 'survey' in product")


def test_tags_of_one_dimension_are_told_in_one_line(rules_folder: Callable[..., Path]) -> None:
    folder = rules_folder()
    for file in folder.glob("needed-*.toml"):
        file.write_text("# nothing\n")
    assert len(problems_of(folder)) == len(NEEDED)


def test_tag_that_may_stand_in_a_file_with_a_mistake_is_not_missed(rules_folder: Callable[..., Path]) -> None:
    folder = rules_folder()
    with (folder / "needed-use.toml").open("a") as file:
        file.write("[[")
    (problem,) = problems_of(folder)
    assert "not valid TOML" in problem


@pytest.mark.parametrize(
    ("chance", "chosen"), [pytest.param(0.08, "other-use", id="nothing"), pytest.param(0.13, "planning", id="a word")]
)
def test_use_for_which_nothing_speaks_is_another_use(packaged_rules: Rulebook, chance: float, chosen: str) -> None:
    ranked = (RankedUse("planning", chance, ()), RankedUse("other-use", 0.07, ()))
    uses = Uses(packaged_rules)
    assert [one.value for one in uses.chosen(ranked)] == [chosen]
    assert [one.value for one in uses.chosen(ranked[:1])] == [chosen]
