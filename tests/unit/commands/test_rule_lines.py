"""How rules do, and what two folders say differently, in words."""

from classifiers.catalogue import Catalogue
from classifiers.rule import Rank, Rule, Rulebook
from pipeline.commands.rule_lines import comparison_lines, figure_lines
from pipeline.flow.comparing import Change, Comparison
from storage.rule_stats import RuleFigures, RulesFigures, Together

TRIAGE, COHESION, SURVEY = ("disposition", "triage"), ("product", "cohesion"), ("product", "survey")


def rule(name: str, rank: Rank = Rank.DECIDES) -> Rule:
    return Rule(id=name, tag="cohesion", rank=rank, file="products.toml", line=7)


def test_each_rule_has_its_figures_and_the_dead_are_named() -> None:
    book = Rulebook(
        version="r2", catalogue=Catalogue(entries=()), rules=(rule("a"), rule("dead"), rule("cue", Rank.CUE))
    )
    found = RulesFigures(
        messages=12,
        decided=4,
        rules=(RuleFigures(rule="a", messages=9, judged=4, agreed=3, added=1),),
        together=(Together(first="a", second="b", messages=9),),
        versions=(("r1", 12),),
    )
    lines = figure_lines(found, book)
    assert lines[0] == "12 messages, 4 of them reviewed."
    assert "12 were last read with other rules" in lines[1]
    assert any(line.endswith("messages  judged    kept  added by people") for line in lines)
    assert "a         9       4     75%      1" in lines
    assert "    dead, products.toml line 7" in lines
    assert not any("cue" in line for line in lines)
    assert lines[-1] == "    a and b, 9 messages"


def test_changes_are_told_tag_by_tag_with_the_decisions_first() -> None:
    old, new = frozenset({TRIAGE, SURVEY}), frozenset({TRIAGE, COHESION})
    found = Comparison(
        read=40,
        changes=(
            Change(message_id=3, old=old, new=new),
            Change(message_id=5, old=old, new=new, person=old),
            Change(message_id=9, old=old, new=new, person=new),
        ),
    )
    assert comparison_lines(found) == [
        "Read 40 messages with both: 3 change. Nothing was written.",
        "product: cohesion: gains 3, loses 0",
        "    + 5 (against a person), 9 (a person says so too), 3",
        "product: survey: gains 0, loses 3",
        "    - 5 (against a person), 9 (a person says so too), 3",
        "",
        "People have reviewed 2 of these. Their decisions stay as they are.",
        "The new rules come to say what a person said in 1, and cease to in 1.",
    ]
