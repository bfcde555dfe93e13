"""A rule drafted from words: a file that the rulebook takes, tried beside the rules that stand."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.flow.drafting import draft_toml, file_name, free_number, problems_of, rule_name, with_draft
from review.callables import WantedRule

NOW = datetime(2011, 4, 1, tzinfo=UTC)
WANTED = WantedRule(dimension="product", value="cohesion", phrases=("neighbourly feeling index",))


def test_draft_is_toml_with_its_phrases_as_examples():
    found = tomllib.loads(draft_toml(WANTED, NOW))
    assert found["dimension"] == "product"
    rule = found["rule"][0]
    assert (rule["id"], rule["tag"]) == ("cohesion.neighbourly-feeling-index", "cohesion")
    assert rule["phrases"] == rule["ok"] == ["neighbourly feeling index"]
    assert "not" not in rule


@pytest.mark.parametrize("phrase", ['say "so"', "back\\slash", "£5 – half", "a\x7fb", "'''"])
def test_every_text_comes_back_as_it_was(phrase):
    wanted = WantedRule(dimension="product", value="cohesion", phrases=(phrase,), not_ok=(phrase,))
    assert tomllib.loads(draft_toml(wanted, NOW))["rule"][0]["not"] == [phrase]


def test_names_are_safe():
    wanted = WantedRule(dimension="product", value="cohesion", phrases=("../../etc", "x"))
    assert file_name(wanted) == "drafted-cohesion-etc.toml"
    assert rule_name(WantedRule(dimension="use", value="equality", phrases=("…",))) == "equality.words"


def test_draft_takes_the_place_of_no_rule_and_of_no_file(tmp_path):
    assert free_number(WANTED, tmp_path, ()) == 1
    (tmp_path / file_name(WANTED)).touch()
    assert free_number(WANTED, tmp_path, {rule_name(WANTED, 2)}) == 3
    assert file_name(WANTED, 3) == "drafted-cohesion-neighbourly-feeling-index-3.toml"
    assert tomllib.loads(draft_toml(WANTED, NOW, 3))["rule"][0]["id"] == "cohesion.neighbourly-feeling-index-3"


def problems(tmp_path: Path, **changes: object) -> tuple[str, ...]:
    wanted = WantedRule(**{"dimension": "product", "value": "cohesion", "phrases": WANTED.phrases, **changes})
    folder = with_draft(None, file_name(wanted), draft_toml(wanted, NOW), tmp_path)
    return problems_of(folder, file_name(wanted), rule_name(wanted))


def test_good_draft_has_no_problem(tmp_path):
    assert problems(tmp_path, ok=("the neighbourly feeling index for Exampleton",), not_ok=("a feeling",)) == ()


def test_draft_is_told_what_its_examples_do_not_do(tmp_path):
    found = problems(tmp_path, ok=("nothing of it",), not_ok=("the neighbourly feeling index",))
    assert len(found) == 2
    assert "does not match" in found[0]
    assert "matches, and must not" in found[1]


def test_draft_for_an_unknown_tag_is_told_so(tmp_path):
    assert any("drafted-" in problem for problem in problems(tmp_path, value="nothing"))
