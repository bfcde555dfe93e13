"""Slips of the pen in long words: one letter missing, too many, wrong or swapped.

Only words of eight letters and more, and only where a single word of the rules is meant: shorter ones lie too near
to others.
"""

from collections.abc import Iterable

SHORTEST = 8


class Spelling:
    """The long words of the rules, ready to be recognised in spite of a slip."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index each word under itself without each of its letters."""
        self._known = frozenset(word for word in words if len(word) >= SHORTEST and word.isalpha())
        self._longest = max(map(len, self._known), default=0)
        self._index: dict[str, set[str]] = {}
        for word in self._known:
            for shorter in _shorter(word):
                self._index.setdefault(shorter, set()).add(word)

    def meant(self, word: str) -> str:
        """Give the word of the rules that was meant, or nothing."""
        if not SHORTEST - 1 <= len(word) <= self._longest + 1 or word in self._known or not word.isalpha():
            return ""
        shorter = _shorter(word)
        if self._index.keys().isdisjoint(shorter):
            return ""
        near = {known for one in shorter for known in self._index.get(one, ()) if _is_slip(word, known)}
        return near.pop() if len(near) == 1 else ""


def _shorter(word: str) -> set[str]:
    return {word, *[word[:place] + word[place + 1 :] for place in range(len(word))]}


def _is_slip(word: str, known: str) -> bool:
    """Tell whether one letter was left out, added, replaced, or two neighbours swapped."""
    if word[0] != known[0] or abs(len(word) - len(known)) > 1:
        return False
    if len(word) != len(known):
        return True
    differing = [place for place in range(len(word)) if word[place] != known[place]]
    if len(differing) == 1:
        return True
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    left, right = differing
    return word[left] == known[right] and word[right] == known[left]
