"""What the annex already says of users and uses, as the catalogue tells it; pure."""

import re
from dataclasses import dataclass

from classifiers.catalogue import Catalogue, CatalogueEntry, Dimension


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Which users, uses and pairs of both the annex lists."""

    users: frozenset[str]
    uses: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def why_new(self, user: str, use: str) -> str:
        """Say in words why the annex does not list this user with this use; empty when it does."""
        if (user, use) in self.pairs:
            return ""
        if user not in self.users:
            return "neither the user nor the use is listed" if use not in self.uses else "the user is not listed"
        return "the use is not listed" if use not in self.uses else "the user is listed with other uses"


def standing_of(catalogue: Catalogue) -> Standing:
    """Read from the catalogue which users the annex lists with which uses."""
    users = [entry for entry in catalogue.of(Dimension.USER_CATEGORY) if entry.in_annex]
    uses = [entry for entry in catalogue.of(Dimension.USE) if entry.annex_user]
    return Standing(
        users=frozenset(entry.id for entry in users),
        uses=frozenset(entry.id for entry in uses),
        pairs=frozenset((user.id, use.id) for user in users for use in uses if _same_line(user, use)),
    )


def _same_line(user: CatalogueEntry, use: CatalogueEntry) -> bool:
    """Say whether a use stands on the user's line.

    A use may name several users, with commas or semicolons between them; abbreviations in brackets do not count.
    """
    line, named = _folded(user.annex_user or user.title), _folded(use.annex_user)
    if line == named:
        return True
    several = re.split(r"\s*[,;]\s*", named)
    return len(several) > 1 and f" and {line} and " in f" and {' and '.join(several)} and "


def _folded(line: str) -> str:
    return " ".join(re.sub(r"\([^)]*\)", "", line).casefold().split())
