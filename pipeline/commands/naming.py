"""Tags as people name them on the command line: an id, or "dimension:id" in full."""

from difflib import get_close_matches

from classifiers.catalogue import Catalogue
from classifiers.uncounted import Asked
from pipeline.errors import NotATag, SeveralTags


def tag_named(words: str, catalogue: Catalogue) -> Asked:
    """Give the tag that is meant. Raises `NotATag` with the nearest, `SeveralTags` where an id is not enough."""
    known = {f"{entry.dimension}:{entry.id}": entry for entry in catalogue.entries}
    meant = [entry for name, entry in known.items() if words in (name, entry.id)]
    if not meant:
        near = get_close_matches(words, [*known, *(entry.id for entry in catalogue.entries)], n=1, cutoff=0.5)
        raise NotATag(words, near[0] if near else "")
    if len(meant) > 1:
        raise SeveralTags(words, tuple(f"{entry.dimension}:{entry.id}" for entry in meant))
    return Asked(dimension=meant[0].dimension, value=meant[0].id)
