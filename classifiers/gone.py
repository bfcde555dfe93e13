"""Tables that hold figures of tags which the rules no longer have: no mistake, since they count for nothing, but told.

Whoever renames a tag finds here what else has to be renamed; the figures would be lost otherwise.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from classifiers.catalogue import PACKAGED, Catalogue
from classifiers.verdict import Dimension

_PRODUCT, _USER, _USE = Dimension.PRODUCT, Dimension.USER_CATEGORY, Dimension.USE
_TABLES: Mapping[str, Mapping[str, Dimension]] = {  # by the way to the keys that are tags; * is every key
    "tag_words.toml": {"product.start": _PRODUCT, "product.worth": _PRODUCT, "user_category.start": _USER,
                       "user_category.worth": _USER},
    "product_words.toml": {"worth": _PRODUCT},
    "use_weights.toml": {"start": _USE, "worth": _USE},
    "use_words.toml": {"stated": _USE, "said": _USE},
    "use_hints.toml": {"category": _USER, "product": _PRODUCT, "category.*": _USE, "product.*": _USE},
}  # fmt: skip
_TRAITS = {"category": _USER, "product": _PRODUCT}  # "category.academia", in use_weights.toml


def figures_of_gone_tags(folder: Path | None, catalogue: Catalogue) -> Iterator[str]:
    """Name each tag that a table of the folder (None: the packaged ones) has figures of and the rules do not have."""
    known = {(entry.dimension, entry.id) for entry in catalogue.entries}
    for name, ways in _TABLES.items():
        path = (folder or PACKAGED) / name
        data = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
        named = {(dimension, key) for way, dimension in ways.items() for key in _keys(data, way.split("."))}
        traits = (trait.partition(".") for trait in data.get("measured", ()))
        named |= {(_TRAITS[kind], tag) for kind, _, tag in traits if kind in _TRAITS}
        for dimension, tag in sorted(named - known):
            yield f"{name} has figures of {dimension} {tag!r}, which is no tag: they count for nothing"


def _keys(data: Mapping[str, Any], way: list[str]) -> Iterator[str]:
    """Give the keys of the tables that a way leads to."""
    if not way:
        yield from data
        return
    for step in list(data) if way[0] == "*" else way[:1]:
        yield from _keys(data.get(step, {}), way[1:])
