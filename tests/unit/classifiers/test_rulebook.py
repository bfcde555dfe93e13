"""Reading rule files: everything that is wrong is said at once, with its place and its remedy."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.small_rules import problems_of

from classifiers import rulebook
from classifiers.catalogue import load_catalogue
from classifiers.examples import check_examples
from classifiers.matching import Matchers
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.verdict import Dimension, MessageText, ZoneKind

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


def test_packaged_rules_keep_their_examples(packaged_rules: Rulebook, packaged_matchers: Matchers) -> None:
    assert [str(failure) for failure in check_examples(packaged_rules, packaged_matchers)] == []


def test_catalogue_is_read_without_the_rules(rules_folder: Callable[..., Path]) -> None:
    entry = load_catalogue(rules_folder(products=GOOD)).of(Dimension.PRODUCT)[-1]
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


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("[[rule]]", "[rule]", "products.toml:9: 'rule' is no list of blocks; write [[rule]]", id="rule"),
        pytest.param("[[tag]]", "[tag]", "products.toml:4: 'tag' is no list of blocks; write [[tag]]", id="tag"),
        pytest.param("\n[[rule]]", 'situation = "x"\n[[rule]]', "unknown key 'situation'", id="in a block"),
        pytest.param('tag = "trees"', 'tag = ["trees"]', "products.toml:11 [trees.named]: tag ['trees'] is", id="tag"),
        pytest.param("phrases", "zones = 3\nphrases", "zones 3 is not a list of texts", id="zones"),
        pytest.param("phrases", "zones = []\nphrases", "no zone: it matches nowhere", id="no zones"),
        pytest.param("phrases", "tokens = 3\nphrases", "tokens 3 is not a list", id="tokens"),
        pytest.param("phrases", "needs = [3]\nphrases", "needs [3] is not a list of texts", id="needs"),
        pytest.param("phrases", "why = 3\nphrases", "why 3 is not a text", id="why"),
        pytest.param("phrases", 'exact = "false"\nphrases', "exact 'false' is not true or false", id="exact"),
        pytest.param("phrases", "weight = nan\nphrases", "weight nan is not between 0 and 1", id="nan"),
        pytest.param('["tall trees"]', "true", "phrases true is not a list of texts", id="yes"),
        pytest.param('["tall trees"]', "[]", "the rule matches nothing", id="no phrases"),
        pytest.param('["tall trees"]', "[1]", "phrases [1] is not a list of texts", id="number"),
        pytest.param('"tall trees"', '"tall ..3 (tree|oak)?"', "has a mark of patterns, '..3'", id="phrase"),
        pytest.param('title = "Trees"', 'title = ""', "title '' is not a text", id="title"),
        pytest.param('title = "Trees"', 'title = "Trees"\nin_annex = "no"', "in_annex 'no' is not true", id="annex"),
        pytest.param('title = "Trees"', 'title = "Trees"\ndescription = 3', "description 3 is not a text", id="said"),
        pytest.param('id = "trees"', 'id = "my trees"', "id 'my trees' is not a name without blanks", id="blank"),
        pytest.param("years", "year", "unknown key 'year'; write 'years'", id="years"),
        pytest.param('"2008 to 2009"', "2009", "years 2009 is not a text", id="year"),
        pytest.param('"tall trees"', "\u201ctall trees\u201d", "straight quotes", id="curly"),
    ],
)
def test_value_of_another_kind_is_named_with_its_remedy(
    rules_folder: Callable[..., Path], old: str, new: str, says: str
) -> None:
    found = problems_of(rules_folder(products=GOOD.replace(old, new, 1)))
    assert any(says in problem for problem in found), found


@pytest.mark.parametrize("pattern", ["zork.*thing", "[zork|bork] thing", "zork{2}", "zo*rk", "^zork"])
def test_notation_of_other_programs_is_refused(rules_folder: Callable[..., Path], pattern: str) -> None:
    bad = GOOD.replace('phrases = ["tall trees"]', f'patterns = ["{pattern}"]')
    assert any("means nothing in" in one for one in problems_of(rules_folder(products=bad)))


def test_phrase_may_hold_the_marks_of_prose(rules_folder: Callable[..., Path]) -> None:
    prose = '"tall trees (England)", "any trees?", "trees @ home", "trees... tall", "trees & hedges"'
    (rule,) = load_rules(rules_folder(products=GOOD.replace('"tall trees"', prose))).rules
    assert len(rule.sequences) == 5


def test_one_text_is_a_list_of_one(rules_folder: Callable[..., Path]) -> None:
    one = GOOD.replace('["tall trees"]', '"tall trees"\nzones = "new"')
    (rule,) = load_rules(rules_folder(products=one)).rules
    assert (rule.written, rule.zones) == (("tall trees",), frozenset({ZoneKind.NEW}))


def test_brackets_beyond_measure_are_named(rules_folder: Callable[..., Path]) -> None:
    deep = "(" * 2_000 + "trees" + ")" * 2_000
    bad = GOOD.replace('phrases = ["tall trees"]', f'patterns = ["{deep}"]')
    assert any("brackets are more than" in one for one in problems_of(rules_folder(products=bad)))


def test_words_of_a_list_are_texts(rules_folder: Callable[..., Path]) -> None:
    lists = 'dimension = "cue"\n[lists]\nbritish = [1, "english"]\n'
    (problem,) = problems_of(rules_folder(products=GOOD, words=lists))
    assert problem.startswith("words.toml:3 [lists]: british [1, 'english'] is not a list of texts")


@pytest.mark.parametrize("operator", ["{3,1}", "{}", "{x}", "{5000000}", "{2,}", "*", "{0}"])
def test_operator_that_cannot_be_filled_is_refused(rules_folder: Callable[..., Path], operator: str) -> None:
    tokens = f'tokens = [[{{ LOWER = "tall" }}, {{ LOWER = "trees", OP = "{operator}" }}]]'
    found = problems_of(rules_folder(products=GOOD.replace('phrases = ["tall trees"]', tokens)))
    assert any(f"the operator {operator!r}" in problem for problem in found)


OPERATED = {"1": "tall big trees", "?": "tall trees", "!": "tall old trees", "{2}": "tall big big trees"}
OPERATED |= {"{,3}": "tall trees", "{1,3}": "tall big big trees"}


@pytest.mark.parametrize("operator", OPERATED)
def test_operator_that_is_allowed_can_be_used(rules_folder: Callable[..., Path], operator: str) -> None:
    tokens = f'tokens = [[{{ LOWER = "tall" }}, {{ LOWER = "big", OP = "{operator}" }}, {{ NORM = "trees" }}]]'
    rules = load_rules(rules_folder(products=GOOD.replace('phrases = ["tall trees"]', tokens)))
    assert Matchers(rules).in_text(OPERATED[operator], ZoneKind.NEW).matches


def test_mistake_of_toml_is_not_followed_by_false_ones(rules_folder: Callable[..., Path]) -> None:
    others = 'dimension = "product"\n[[rule]]\nid = "more"\ntag = "trees"\nphrases = ["oaks"]\n'
    broken = GOOD.replace('["tall trees"]', '["tall trees]')
    (problem,) = problems_of(rules_folder(products=broken, more=others))
    assert problem.startswith("products.toml:12: not valid TOML")


def test_file_with_the_mark_of_utf_8_is_read(rules_folder: Callable[..., Path]) -> None:
    folder = rules_folder(products="\ufeff" + GOOD)
    assert load_rules(folder).catalogue == load_catalogue(folder)
    assert load_catalogue(folder).title(Dimension.PRODUCT, "trees") == "Trees"


@pytest.mark.parametrize(("encoding", "line"), [("cp1252", 6), ("utf-16", 1)])
def test_file_in_another_encoding_is_named(rules_folder: Callable[..., Path], encoding: str, line: int) -> None:
    folder = rules_folder(products="")
    (folder / "products.toml").write_bytes(GOOD.replace('"Trees"', '"Tr\u00e9es"').encode(encoding))
    assert problems_of(folder) == [f"products.toml:{line}: not saved as UTF-8; write a file saved as UTF-8"]


def test_what_is_no_file_is_named_and_what_is_hidden_is_passed_over(rules_folder: Callable[..., Path]) -> None:
    folder = rules_folder(products=GOOD)
    (folder / ".#products.toml").symlink_to("ann@desk.4711")
    (folder / "._products.toml").write_bytes(b"\x00\x05\x16\x07")
    assert len(load_rules(folder).rules) == 1
    (folder / "gone.toml").symlink_to("nowhere")
    (folder / "sub.toml").mkdir()
    os.mkfifo(folder / "pipe.toml")
    assert [one.partition(":")[0] for one in problems_of(folder)] == ["gone.toml", "pipe.toml", "sub.toml"]
    assert load_catalogue(folder).title(Dimension.PRODUCT, "trees") == "Trees"


def test_tag_stands_once(rules_folder: Callable[..., Path]) -> None:
    twice = GOOD + '[[tag]]\nid = "trees"\ntitle = "More"\n'
    assert any("the tag 'trees' stands twice" in one for one in problems_of(rules_folder(products=twice)))


@pytest.mark.parametrize("given", ["disposition:spam", "user_category:other"])
def test_situation_does_not_give_what_a_message_has_once(rules_folder: Callable[..., Path], given: str) -> None:
    tag = '[[tag]]\nid = "{}"\ntitle = "T"\n'
    situation = f'[[situation]]\nid = "s"\nneeds = ["product:trees"]\ngives = ["{given}"]\n'
    files = {
        "dispositions": 'dimension = "disposition"\n' + tag.format("spam"),
        "users": 'dimension = "user_category"\n' + tag.format("other"),
    }
    (problem,) = problems_of(rules_folder(products=GOOD, frames=f'dimension = "cue"\n{situation}', **files))
    assert "which situations do not give" in problem


def test_cue_that_tells_a_kind_of_user_nobody_has_is_named(rules_folder: Callable[..., Path]) -> None:
    users = 'dimension = "user_category"\n[[tag]]\nid = "parliament"\ntitle = "Parliament"\n'
    cue = 'dimension = "cue"\n[[rule]]\nid = "{0}"\ntag = "{0}"\nphrases = ["my constituents"]\n'
    files = {"users": users, "products": GOOD}
    assert load_rules(rules_folder(**files, user_cues=cue.format("self-parliament"))).rules
    (problem,) = problems_of(rules_folder(**files, user_cues=cue.format("self-parlament")))
    assert "user_cues.toml:2 [self-parlament]: 'self-parlament' tells a kind of user, and none is" in problem


def test_what_nobody_foresaw_is_a_mistake_in_the_rules(
    rules_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rulebook, "check_whole", lambda reading: reading.nothing)
    (problem,) = problems_of(rules_folder(products=GOOD))
    assert "the program cannot use these rules (AttributeError" in problem


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


def test_tag_that_a_situation_needs_is_missed_as_a_tag(rules_folder: Callable[..., Path]) -> None:
    situation = '[[situation]]\nid = "s"\nneeds = ["channel:advice-group"]\ngives = ["product:tree"]\n'
    missed, given = problems_of(rules_folder(products=GOOD, situations='dimension = "cue"\n' + situation))
    assert missed.endswith("no tag 'channel:advice-group'; write 'channel:technical-advisory-group'")
    assert "'product:trees'" in given


def test_names_that_there_are_are_listed_once(rules_folder: Callable[..., Path]) -> None:
    rule = '[[rule]]\nid = "{0}"\ntag = "zzz"\nphrases = ["{0}"]\n'
    first, second = problems_of(rules_folder(more='dimension = "use"\n' + rule.format("one") + rule.format("two")))
    assert first.endswith("no tag 'zzz' in use; write one of other-use")
    assert second.endswith("no tag 'zzz' in use")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere", "there is no such folder"),
        ("products.toml", "it is a file, and rules lie in a folder; write"),
        ("empty", "no rule file"),
    ],
)
def test_what_is_no_folder_of_rules_is_said(rules_folder: Callable[..., Path], name: str, says: str) -> None:
    folder = rules_folder(products=GOOD)
    (folder / "empty").mkdir()
    (problem,) = problems_of(folder / name)
    assert says in problem
