"""Lit words: whatever the marks, the text stays the text."""

from hypothesis import given
from hypothesis import strategies as st

from review.highlight import Span, segments

TEXT = "We use the cohesion figures to plan."
spans = st.builds(
    Span,
    start=st.integers(-5, 60),
    end=st.integers(-5, 60),
    key=st.sampled_from(["product-a", "use-b", "quote-use"]),
    faint=st.booleans(),
)


@given(text=st.text(max_size=50), marks=st.lists(spans, max_size=12))
def test_segments_joined_are_the_text(text, marks):
    assert "".join(part.text for part in segments(text, marks)) == text


@given(marks=st.lists(spans, max_size=12))
def test_every_character_carries_exactly_its_marks(marks):
    place = 0
    for part in segments(TEXT, marks):
        for _ in part.text:
            assert set(part.keys) == {mark.key for mark in marks if mark.start <= place < mark.end}
            place += 1


def test_overlapping_marks_are_cut_and_never_nested():
    parts = segments("abcdef", [Span(start=0, end=4, key="x"), Span(start=2, end=6, key="y")])
    assert [(part.text, part.keys) for part in parts] == [("ab", ("x",)), ("cd", ("x", "y")), ("ef", ("y",))]


def test_anchor_stands_at_the_first_words_that_counted():
    marks = [Span(start=0, end=1, key="x", faint=True), Span(start=2, end=3, key="x"), Span(start=4, end=5, key="x")]
    parts = segments("abcdef", marks)
    assert [part.text for part in parts if part.anchors] == ["c"]


def test_quote_alone_is_neither_hit_nor_faint():
    (part,) = segments("abc", [Span(start=0, end=3, key="quote-use")])
    assert (part.hit, part.faint) == (False, False)


def test_faint_words_within_a_quote_stay_faint():
    marks = [Span(start=0, end=3, key="quote-use"), Span(start=0, end=3, key="x", faint=True)]
    (part,) = segments("abc", marks)
    assert part.faint
