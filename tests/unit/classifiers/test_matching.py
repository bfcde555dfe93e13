"""Rules against text: what matches, where, and that steps and spaCy agree."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.matcher import Matcher
from spacy.tokens import Doc

from classifiers.catalogue import Catalogue
from classifiers.compiling import compiled
from classifiers.matching import MOST_CHARACTERS, Matchers
from classifiers.notation import LONGEST_GAP, Slot, SlotKind, SlotSequence, sequences
from classifiers.placing import Places, stretches
from classifiers.rule import Rank, Rule, Rulebook
from classifiers.rulebook import load_rules
from classifiers.shapes import shapes_of
from classifiers.spelling import Spelling
from classifiers.spoken import vocabulary
from classifiers.verdict import MessageText, Zone, ZoneKind
from classifiers.words import form_of, stem, written_in

CUES = """
dimension = "cue"
[[rule]]
id = "apples"
tag = "apples"
patterns = ["(red|green) ..2 =apples", "apple #"]
tokens = [[{ LOWER = "cox" }, { IS_DIGIT = true, OP = "?" }, { NORM = "pippin" }]]
[[rule]]
id = "signed"
tag = "signed"
zones = ["signature"]
phrases = ["yours"]
"""


@pytest.fixture
def matchers(rules_folder: Callable[..., Path]) -> Matchers:
    return Matchers(load_rules(rules_folder(cues=CUES)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Some red and juicy apples, please", ["red and juicy apples"], id="gap"),
        pytest.param("one red apple", [], id="exact form"),
        pytest.param("red one two three apples", [], id="gap too long"),
        pytest.param("Apples 7", ["Apples 7"], id="number"),
        pytest.param("Cox 12 pippins", ["Cox 12 pippins"], id="raw token pattern"),
        pytest.param("red.\n\nApples", [], id="never over the end of a sentence"),
    ],
)
def test_words_that_match_are_given_verbatim(matchers: Matchers, text: str, words: list[str]) -> None:
    found = matchers.in_text(text)
    assert [found.text(match) for match in found.of("apples")] == words


def test_zones_of_a_rule_decide(matchers: Matchers) -> None:
    zones = tuple(Zone(kind=kind, text="Yours") for kind in (ZoneKind.NEW, ZoneKind.SIGNATURE))
    (match,) = matchers.found(MessageText(zones=zones)).of("signed")
    assert match.sentence.kind is ZoneKind.SIGNATURE


def test_text_beyond_the_cap_is_not_read_and_said(matchers: Matchers) -> None:
    found = matchers.in_text("word " * (MOST_CHARACTERS // 5) + "red apples")
    assert not found.has("apples")
    assert "only the first" in found.cut


def test_time_that_is_up_is_said_with_the_rule(rules_folder: Callable[..., Path]) -> None:
    hasty = Matchers(load_rules(rules_folder(cues=CUES)), budget_seconds=0.0)
    assert "rule apples" in hasty.in_text("Red apples. Red apples.").cut


def test_vocabulary_does_not_grow_with_strange_words(matchers: Matchers) -> None:
    matchers.in_text("cox pippin")
    vocab = matchers._spoken.vocab
    before = len(vocab.strings)
    matchers.in_text(" ".join(f"strange{number} cox pippin." for number in range(50)))
    assert len(vocab.strings) <= before + 1


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("voluntering", "volunteer"),
        ("extermism", "extremism"),
        ("volunter", "volunteer"),
        ("volcano", ""),
        ("trast", ""),
    ],
)
def test_slips_of_the_pen_in_long_words(word: str, meant: str) -> None:
    assert Spelling(["volunteer", "extremism", "trust"]).meant(stem(word)) == meant


def _rule(pattern: str) -> Rule:
    zones, written = frozenset(ZoneKind), sequences(pattern, {})
    return Rule(id=pattern, tag=pattern, rank=Rank.CUE, file="f", line=1, zones=zones, sequences=written)


def _atoms(word: str) -> frozenset[str]:
    """Give all atoms that a word may satisfy."""
    beginnings = {word[:length] + "*" for length in range(1, len(word) + 1)}
    return frozenset({"=" + word, "~" + stem(word), *beginnings, *(["#"] if word.isdigit() else [])})


def _spoken(sequence: SlotSequence) -> list[tuple[dict[str, Any], ...]]:
    """Give a sequence as token patterns of spaCy: one for each choice of kinds of atoms, as the steps' ways stand."""
    return list(itertools.product(*map(_tokens, sequence)))


def _tokens(slot: Slot) -> list[dict[str, Any]]:
    if slot.kind is SlotKind.GAP:
        return [{"OP": f"{{0,{slot.most}}}"}]
    if slot.kind is SlotKind.NUMBER:
        return [{"IS_DIGIT": True}]
    beginnings = [re.escape(atom[:-1]) for atom in slot.atoms if atom[0] not in "=~"]
    exact, stems = ([atom[1:] for atom in slot.atoms if atom[0] == mark] for mark in "=~")
    made = [{"LOWER": {"REGEX": f"^(?:{'|'.join(beginnings)})"}}, {"LOWER": {"IN": exact}}, {"NORM": {"IN": stems}}]
    return [token for token, words in zip(made, (beginnings, exact, stems), strict=True) if words]


VOCAB = vocabulary()
PATTERNS = ("a b", "a ..2 b", "(a|b) ..1 c d?", "a # b", "=a ..3 (b|c d) e?", "a a", "b? a ..1 a", "(a|=b|cod*) ..7 d")


@settings(deadline=None)
@given(st.sampled_from(PATTERNS), st.lists(st.sampled_from(["a", "b", "c", "d", "e", "x", "7", "code"]), max_size=9))
def test_steps_stand_where_spacy_matches(pattern: str, text: list[str]) -> None:
    for sequence, one in zip(sequences(pattern, {}), compiled(_rule(pattern)), strict=True):
        places = Places([_atoms(word) for word in text])
        by_way = [set(_by_spacy(tokens, text)) for tokens in _spoken(sequence)]
        assert set(stretches(one.steps, places)) == set().union(*by_way)
        assert [set(stretches(way, places)) for way in one.ways] == by_way


def test_steps_reach_as_far_as_their_gap_and_no_farther() -> None:
    for most in range(1, LONGEST_GAP + 1):
        (one,) = compiled(_rule(f"a ..{most} b"))
        places = Places([_atoms(word) for word in ["a", *"b" * 20]])
        assert sorted(stretches(one.steps, places)) == [(0, end) for end in range(2, most + 3)]


ALONE = (*PATTERNS, "(red|green) ..2 =apples", "gre* ..1 (a b|zest)", "appl* x?")
RULES = tuple(_rule(pattern) for pattern in (*ALONE, "please send (pippin|cox)", "send (apples|pears) to"))
READY = Matchers(Rulebook(version="", catalogue=Catalogue(entries=()), rules=RULES))


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "x", "7", "apples", "red", "Green", "zest's"]), max_size=12))
def test_rules_match_what_spacy_alone_matches(text: list[str]) -> None:
    found = READY.in_text(" ".join(text))
    forms = list(map(form_of, written_in(" ".join(text))))
    for rule in RULES:
        spans = {span for one in rule.sequences for tokens in _spoken(one) for span in _by_spacy(tokens, forms)}
        matched = {(match.first, match.last) for match in found.of(rule.tag)}
        assert matched <= spans
        assert all(any(first < end and start < last for first, last in matched) for start, end in spans)


def test_a_word_that_rules_know_is_no_slip_of_another() -> None:
    rules = [replace(RULES[0], id=text, tag=text, sequences=sequences(text, {})) for text in ("possible", "possibly")]
    ready = Matchers(Rulebook(version="", catalogue=Catalogue(entries=()), rules=tuple(rules)))
    assert [match.tag for match in ready.in_text("Is it possible?").matches] == ["possible"]


def test_a_pattern_that_several_rules_share_matches_for_each(rules_folder: Callable[..., Path]) -> None:
    shared = "".join(f'[[rule]]\nid = "{name}"\ntag = "{name}"\nphrases = ["red apples"]\n' for name in ("one", "two"))
    found = Matchers(load_rules(rules_folder(cues=f'dimension = "cue"\n{shared}'))).in_text("Red apples")
    assert [match.tag for match in found.matches] == ["one", "two"]


def test_each_pattern_is_looked_up_under_its_rarest_words() -> None:
    rules = RULES[-2:]
    shapes = shapes_of(rules, [compiled(rule) for rule in rules])
    assert [sorted(shape.anchor) for shape in shapes] == [["~cox", "~pippin"], ["~appl", "~pear"]]


def _by_spacy(tokens: Sequence[Mapping[str, Any]], text: list[str]) -> list[tuple[int, int]]:
    matcher = Matcher(VOCAB)
    matcher.add("p", [[dict(token) for token in tokens]])
    return [(start, end) for _, start, end in matcher(Doc(VOCAB, words=text))] if text else []
