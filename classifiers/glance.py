"""The words of a text at a glance: which it holds, and where some of them may stand, without cutting it up.

Splitting lower case at all that is no letter is far faster than the pattern of words, which is needed only for words
with letters beyond ASCII.
"""

import re
from collections.abc import Iterable, Iterator

from classifiers.words import form_of, written_in

_NOT = re.compile(r"(?<=n)['`]t\b")  # "don't" is one word
_POSSESSIVE = re.compile(r"(?<=['`])[sS](?![^\W_])")
_POSSESSIVES = ("'s", "`s", "'S", "`S")
_LETTERS_ONLY = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_SIGNS = {"percent": "%", "and": "&", "pound": "\u00a3"}


class Glance:
    """A text's words as a set of their forms: those of the words that `written_in` gives."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._odd: dict[str, set[str]] = {}  # forms of words beyond ASCII, as they are written
        plain = text if text.isascii() else self._without_odd()
        self.forms = _plain_forms(plain) | self._odd.keys()

    def _without_odd(self) -> str:
        """Give the text without what holds letters or signs beyond ASCII; no word holds white space."""
        pieces = self._text.split()
        for written in set(written_in(" ".join([piece for piece in pieces if not piece.isascii()]))):
            self._odd.setdefault(form_of(written), set()).add(written)
        return " ".join([piece for piece in pieces if piece.isascii()])

    def places(self, forms: Iterable[str]) -> list[int] | None:
        """Give offsets: wherever one of the forms stands, its first letter is among them; None when that is not known.

        Some may be places where none stands.
        """
        low = self._text.lower()
        if len(low) != len(self._text):  # some capitals become two letters
            return None
        return sorted({place for needle in self._needles(forms) for place in _all_of(needle, low)})

    def _needles(self, forms: Iterable[str]) -> set[str]:
        """Give what to look for: of "dont" what stands before an apostrophe too."""
        needles = set()
        for form in forms:
            needles.add(form[:-1] if form.endswith("nt") else form)
            if form in _SIGNS:
                needles.add(_SIGNS[form])
            needles |= {written.lower() for written in self._odd.get(form, ())}
        return needles


def _plain_forms(text: str) -> set[str]:
    """Give the forms of the words of a text in ASCII."""
    if "n't" in text or "n`t" in text:
        text = _NOT.sub("t", text)
    if any(ending in text for ending in _POSSESSIVES):
        text = _POSSESSIVE.sub(" ", text)
    forms = set(text.lower().translate(_LETTERS_ONLY).split())
    return forms | {form for form, sign in _SIGNS.items() if sign in text}


def _all_of(needle: str, text: str) -> Iterator[int]:
    place = text.find(needle)
    while place >= 0:
        yield place
        place = text.find(needle, place + 1)
