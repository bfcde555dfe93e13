"""Globs searched for, beside the standard library's matching of them."""

from fnmatch import fnmatchcase

from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.globs import fitting

GLOBS = st.one_of(st.text("ab*", max_size=6), st.text("ab.*?[]\n", max_size=6))


@settings(deadline=None, max_examples=300)
@given(st.lists(GLOBS, min_size=1, max_size=3), st.text("ab.*\n", max_size=8))
def test_globs_are_found_where_one_fits_the_whole(globs: list[str], text: str) -> None:
    assert (fitting(globs).search(text) is not None) is any(fnmatchcase(text, glob) for glob in globs)
