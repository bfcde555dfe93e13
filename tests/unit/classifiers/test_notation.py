"""The notation of patterns."""

import pytest

from classifiers.errors import BadPattern
from classifiers.notation import SlotKind, sequences

LISTS = {"colour": ("red", "dark blue")}


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        pytest.param("a (b|c) d", 1, id="single words stay one slot"),
        pytest.param("a (b|c d) e", 2, id="several words make sequences"),
        pytest.param("a b? c", 2, id="optional"),
        pytest.param("@colour car", 2, id="list"),
    ],
)
def test_pattern_stands_for_sequences(pattern: str, count: int) -> None:
    assert len(sequences(pattern, LISTS)) == count


def test_exact_group_makes_each_word_exact() -> None:
    (sequence,) = sequences("=(giving|gave) money", {})
    assert sequence[0].atoms == {"=giving", "=gave"}
    assert sequence[1].atoms == {"~money"}


def test_gap_has_its_own_bound() -> None:
    (sequence,) = sequences("people ..7 volunteer", {})
    assert [(slot.kind, slot.most) for slot in sequence][1] == (SlotKind.GAP, 7)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        pytest.param("(a|b", "never closed", id="open bracket"),
        pytest.param("a) b", "without '('", id="closing bracket"),
        pytest.param("a ..40 b", "too long", id="long gap"),
        pytest.param("a ..", "begins or ends with a gap", id="gap at the end"),
        pytest.param("a? b?", "without any word", id="everything optional"),
        pytest.param("@colours", "no list", id="unknown list"),
        pytest.param("a / b", "no word", id="no word"),
        pytest.param("ab* c", "too short", id="short beginning"),
        pytest.param(" ".join(["(a b|c d)"] * 12), "more than", id="too many"),
    ],
)
def test_bad_pattern_says_what_is_wrong(pattern: str, says: str) -> None:
    with pytest.raises(BadPattern, match=says.replace("(", r"\(")):
        sequences(pattern, LISTS)
