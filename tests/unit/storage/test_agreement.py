"""Wilson's interval and Cohen's kappa against published figures and at their edges."""

import pytest

from storage.agreement import agreement, kappa, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, table 1"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, few"),
        pytest.param(0, 20, 0.0, 0.1611, id="Newcombe 1998, none"),
        pytest.param(1, 29, 0.0061, 0.1718, id="Newcombe 1998, one"),
    ],
)
def test_wilson_gives_the_published_intervals(part, whole, low, high):
    found = wilson(part, whole)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_wilson_has_a_width_where_all_were_right_and_none_without_a_sample():
    assert wilson(20, 20).high == 1.0
    assert 0.8 < wilson(20, 20).low < 0.9
    assert wilson(0, 0).share is None


def test_kappa_of_a_textbook_table():
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([], None, id="nothing read"),
        pytest.param([("a", "a")] * 9, None, id="nothing varied"),
        pytest.param([("a", "a"), ("b", "b")], 1.0, id="perfect"),
        pytest.param([("a", "b"), ("b", "a")], -1.0, id="opposite"),
        pytest.param([("a", "a"), ("a", "b")], 0.0, id="one reader never varies"),
    ],
)
def test_kappa_at_its_edges(pairs, expected):
    assert kappa(pairs) == expected


def sets(*pairs):
    return [(frozenset(one.split()), frozenset(other.split())) for one, other in pairs]


def test_a_dimension_of_one_value_compares_the_values():
    found = agreement("user_category", sets(("media", "media"), ("public", "media"), ("public", "public")))
    assert (found.messages, found.same) == (3, 2)
    assert found.kappa == pytest.approx(0.4)


def test_a_dimension_of_many_values_averages_over_the_values_that_vary():
    found = agreement("product", sets(("a b", "a b"), ("a", "a b"), ("a", "a"), ("a c", "a c")))
    assert (found.same, found.values) == (3, 2)  # "a" is in every message: nothing to agree on
    assert found.kappa == pytest.approx((0.5 + 1.0) / 2)
