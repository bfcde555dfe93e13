"""Titles of products without what several begin with, which in a list tells nothing and takes half the line; pure."""

from collections import Counter

from classifiers.catalogue import Catalogue, Dimension

MARK = ": "


def shared_beginnings(catalogue: Catalogue) -> tuple[str, ...]:
    """Give what at least two products begin with, up to a colon ("Citizenship Survey: ")."""
    titles = [entry.title for entry in catalogue.of(Dimension.PRODUCT)]
    begun = Counter(title[: title.index(MARK) + len(MARK)] for title in titles if MARK in title)
    return tuple(beginning for beginning, many in begun.items() if many > 1)


def shortened(words: str, beginnings: tuple[str, ...]) -> str:
    """Leave those beginnings out of words that name products: of a tag, of a reason."""
    for beginning in beginnings:
        words = words.replace(beginning, "")
    return words
