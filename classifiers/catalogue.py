"""The catalogue: the dimensions and their tags as values, for people and for the pages and digests.

Read without spaCy and without the rules: the `[[tag]]` blocks of the rule files alone.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.verdict import Dimension, Role, StatementKind, ZoneKind

PACKAGED = Path(__file__).with_name("rules")

# The words for zones, roles and statements are part of the catalogue for whoever shows or counts them.
__all__ = [
    "Catalogue",
    "CatalogueEntry",
    "Dimension",
    "FormerTitle",
    "Role",
    "StatementKind",
    "ZoneKind",
    "load_catalogue",
]


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
    annex_user: str = ""  # user categories and uses: the line of the annex they belong to, "" when the annex has none
    in_annex: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All tags, in the order in which people list them."""

    entries: tuple[CatalogueEntry, ...]

    def of(self, dimension: Dimension) -> tuple[CatalogueEntry, ...]:
        """Give the entries of one dimension, in catalogue order; a template may name it by its text."""
        return tuple(entry for entry in self.entries if entry.dimension == dimension)

    def title(self, dimension: Dimension, value: str) -> str:
        """Give the title of a tag, or the value itself where the catalogue no longer knows it."""
        found = (entry.title for entry in self.entries if entry.dimension is dimension and entry.id == value)
        return next(found, value)

    def quoted(self, dimension: Dimension, value: str) -> str:
        """Give the title of a tag in quotation marks, for the middle of a sentence."""
        return f"“{self.title(dimension, value)}”"


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the catalogue of a folder of rules (None: those that come with the program).

    Files that cannot be read are left out; load_rules reports them.
    """
    entries: list[CatalogueEntry] = []
    for path in rule_files(folder):
        entries.extend(_entries(path))
    return Catalogue(entries=tuple(entries))


def rule_files(folder: Path | None = None) -> list[Path]:
    """Give the rule files of a folder (None: the packaged ones), without hidden ones such as editors leave."""
    return sorted(path for path in (folder or PACKAGED).glob("*.toml") if not path.name.startswith("."))


def catalogue_entry(dimension: Dimension, data: Mapping[str, Any]) -> CatalogueEntry:
    """Make an entry of one `[[tag]]` block."""
    former = data.get("former_titles", ())
    return CatalogueEntry(
        dimension=dimension,
        id=data["id"],
        title=data["title"],
        description=data.get("description", ""),
        designation=data.get("designation", ""),
        source=data.get("source", ""),
        annex_user=data.get("annex_user", ""),
        in_annex=bool(data.get("in_annex", False)),
        former_titles=tuple(FormerTitle(title=one["title"], years=one.get("years", "")) for one in former),
    )


def _entries(path: Path) -> list[CatalogueEntry]:
    if not path.is_file():  # a pipe would be waited for
        return []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        dimension = Dimension(data.get("dimension", ""))
        return [catalogue_entry(dimension, tag) for tag in data.get("tag", ())]
    except (ValueError, KeyError, TypeError, OSError):  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        return []
