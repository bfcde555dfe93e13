"""Figures of tags that the rules no longer have are named."""

from pathlib import Path

import pytest

from classifiers.catalogue import Catalogue
from classifiers.gone import figures_of_gone_tags
from classifiers.rule import Rulebook


@pytest.mark.parametrize(
    ("gone", "dimension", "files"),
    [
        ("academia", "user_category", ["tag_words.toml", "use_weights.toml"]),
        ("cohesion", "product", ["tag_words.toml", "product_words.toml", "use_weights.toml"]),
        ("equality", "use", ["use_weights.toml", "use_words.toml"]),
    ],
)
def test_each_table_with_figures_of_a_tag_is_named(
    packaged_rules: Rulebook, gone: str, dimension: str, files: list[str]
) -> None:
    assert list(figures_of_gone_tags(None, packaged_rules.catalogue)) == []
    left = Catalogue(entries=tuple(one for one in packaged_rules.catalogue.entries if one.id != gone))
    says = f"has figures of {dimension} {gone!r}, which is no tag: they count for nothing"
    assert list(figures_of_gone_tags(None, left)) == [f"{file} {says}" for file in files]


def test_uses_that_senders_hint_at_are_named(tmp_path: Path, packaged_rules: Rulebook) -> None:
    (tmp_path / "use_hints.toml").write_text('kind = "table"\n[category]\nmedia = { news = 0.9 }\n')
    (note,) = figures_of_gone_tags(tmp_path, packaged_rules.catalogue)
    assert note.startswith("use_hints.toml has figures of use 'news'")
