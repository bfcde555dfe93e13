"""Titles of tags, looked up quickly."""

from classifiers.catalogue import Catalogue, Dimension
from digests.words import without_prefix


class Titles:
    """The titles of a catalogue; a tag that it no longer knows is called by its id."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Read the catalogue once."""
        self._titles = {(entry.dimension, entry.id): entry.title for entry in catalogue.entries}
        shorts = without_prefix(list(self._titles.values()))
        self._shorts = dict(zip(self._titles, shorts, strict=True))
        self._places = {key: place for place, key in enumerate(self._titles)}

    def of(self, dimension: Dimension, value: str) -> str:
        """Give the title of a tag."""
        return self._titles.get((dimension, value), value)

    def short(self, dimension: Dimension, value: str) -> str:
        """Give the title without what several begin with: "Cohesion Topic Report"."""
        return self._shorts.get((dimension, value), value)

    def several(self, dimension: Dimension, values: tuple[str, ...]) -> str:
        """Write several tags for people by their short titles, with semicolons between them."""
        return "; ".join(self.short(dimension, value) for value in values)

    def place(self, dimension: Dimension, value: str) -> tuple[int, str]:
        """Give where a tag stands in catalogue order; the unknown stand last, by id."""
        return (self._places.get((dimension, value), len(self._places)), value)
