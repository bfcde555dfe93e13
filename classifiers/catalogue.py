"""The catalogue: the dimensions and their tags as values, for people and for the pages and digests."""

from dataclasses import dataclass

from classifiers.verdict import Dimension


@dataclass(frozen=True, kw_only=True, slots=True)
class FormerTitle:
    """A title that a tag had, and when ("Community Spirit", 2009-10 to 2010-11)."""

    title: str
    years: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueEntry:
    """One tag as people know it: `id` as in the guide, `title` as shown; the rest where it applies."""

    dimension: Dimension
    id: str
    title: str
    description: str = ""
    designation: str = ""  # products: National Statistics, Experimental Statistics
    source: str = ""  # products: the source of data
    former_titles: tuple[FormerTitle, ...] = ()
    annex_user: str = (
        ""  # user categories and uses: the line of the annex they belong to, "" when the annex has none
    )
    in_annex: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All tags, in the order in which people list them."""

    entries: tuple[CatalogueEntry, ...]

    def of(self, dimension: Dimension) -> tuple[CatalogueEntry, ...]:
        """Give the entries of one dimension, in catalogue order."""
        return tuple(entry for entry in self.entries if entry.dimension is dimension)

    def title(self, dimension: Dimension, value: str) -> str:
        """Give the title of a tag, or the value itself where the catalogue no longer knows it."""
        found = (entry.title for entry in self.entries if entry.dimension is dimension and entry.id == value)
        return next(found, value)
