"""Quotes cut at what was struck out."""

import pytest

from review.callables import Struck
from review.quotes import Sentence, marked, sentences_of, taken_back
from storage.records import StatementRecord


@pytest.mark.parametrize(
    ("struck", "parts"),
    [
        pytest.param(Struck(text="as it was"), (("as it was", False),), id="nothing"),
        pytest.param(
            Struck(text="[name] rang [phone]", found=("[name]", "[phone]")),
            (("[name]", True), (" rang ", False), ("[phone]", True)),
            id="two marks",
        ),
        pytest.param(Struck(text="the [name] field"), (("the [name] field", False),), id="the sender's own brackets"),
    ],
)
def test_marks_stand_out(struck: Struck, parts: tuple[tuple[str, bool], ...]) -> None:
    assert marked(struck) == parts


def said(text: str, *, quotable: bool) -> StatementRecord:
    return StatementRecord(kind="use", text=text, zone=1, start=0, end=len(text), quotable=quotable)


@pytest.mark.parametrize(
    ("after", "back"),
    [
        pytest.param([said("a", quotable=True)], False, id="stays"),
        pytest.param([said("a", quotable=False)], True, id="not allowed any more"),
        pytest.param([said("b", quotable=True)], True, id="other words"),
        pytest.param([], True, id="gone"),
    ],
)
def test_words_that_may_be_published_no_more_are_taken_back(after: list[StatementRecord], back: bool) -> None:
    assert taken_back([said("a", quotable=True)], after) is back
    assert taken_back([said("a", quotable=False)], []) is False


def test_sentence_that_states_both_stands_once_with_both() -> None:
    found = (("decision", "we use it\nand decide"), ("use", "we use it"), ("use", "we use it and  decide"))
    both = [StatementRecord(kind=kind, text=text, zone=1, start=0, end=3) for kind, text in found]
    assert sentences_of(both) == (
        Sentence(text="we use it and decide", kinds=("use", "decision")),
        Sentence(text="we use it", kinds=("use",)),
    )
