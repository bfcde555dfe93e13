"""Globs, in which a * stands for anything, as patterns to search for."""

import fnmatch
import re
from collections.abc import Iterable

_WILD = frozenset("*?[")


def fitting(globs: Iterable[str]) -> re.Pattern[str]:
    """Give a pattern that a search finds where one of some globs fits the whole text."""
    return re.compile("|".join(map(_searched, globs)))


def _searched(glob: str) -> str:
    """Write a glob as a pattern: words between two * are searched for far faster than matched from the start."""
    words = glob.strip("*")
    if not _WILD.isdisjoint(words):
        return rf"\A{fnmatch.translate(glob)}"
    begins, ends = "" if glob.startswith("*") else r"\A", "" if glob.endswith("*") else r"\Z"
    return begins + re.escape(words) + ends
