"""The queries by which notmuch is asked for the same tags as the rules: every word a rule needs, and no other."""

import pytest

from benchmarks.queries import queries, query_of


@pytest.mark.parametrize(
    ("pattern", "query"),
    [
        ("community spirit", "(community and spirit)"),
        ("volunt* (rate|figure)?", "volunt*"),
        (
            "people from (different background|walk) ..4 get on",
            "(people and from and ((different and background) or walk) and get and on)",
        ),
        ("=(discriminated|refused) ..6 race", "((discriminated or refused) and race)"),
        ("=share of # per cent", '("share" and of and per and cent)'),
        ("@figure wanted", "((figure or (per and cent)) and wanted)"),
        ("neither this or that", '(neither and this and "or" and that)'),
    ],
)
def test_a_pattern_asks_for_its_words(pattern: str, query: str) -> None:
    assert query_of(pattern, {"figure": ["figure", "per cent"]}) == query


def test_every_tag_that_words_decide_has_a_query_with_as_many_opening_as_closing_brackets() -> None:
    found = queries()
    assert len(found) > 20
    assert all(query.count("(") == query.count(")") > 0 for query in found.values())
