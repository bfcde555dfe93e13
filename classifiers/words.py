"""Words as the rules see them: folded case, quotes and accents, and a light stem.

The stem takes off plurals, -ing and -ed and nothing else: a Porter stem makes one word of "Britishness" and "British",
of "responsibilities" and "response". Offsets stay those of the text as written.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

_APOSTROPHES = "'\u2019\u2018\u02bc\u0060\u00b4"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_POSSESSIVE = rf"(?<=[{_APOSTROPHES}])[sS](?![^\W_]|[{_INVISIBLE}]+[^\W_])"  # the s of "council's" is no word
_WORD = re.compile(rf"(?!{_POSSESSIVE})[^\W_]+(?:[{_INVISIBLE}]+[^\W_]+)*(?:(?<=n)[{_APOSTROPHES}]t\b)?|[%&\u00a3]")
_SIGNS = {"%": "percent", "&": "and", "\u00a3": "pound"}
_NOT_LETTERS = str.maketrans("", "", _APOSTROPHES + _INVISIBLE)
_VOWEL = re.compile("[aeiouy]")
_IRREGULAR = {
    "used": "use", "uses": "use", "using": "use", "gave": "give", "given": "give", "gives": "give", "giving": "give",
    "felt": "feel", "got": "get", "gets": "get", "getting": "get", "children": "child", "women": "woman", "men": "man",
    "made": "make", "making": "make", "took": "take", "taken": "take", "taking": "take", "chose": "choose",
    "chosen": "choose", "wrote": "write", "written": "write", "sent": "send", "knew": "know", "known": "know",
    "said": "say", "says": "say", "told": "tell", "kept": "keep", "found": "find", "saw": "see", "seen": "see",
    "had": "have", "has": "have", "having": "have", "did": "do", "does": "do", "doing": "do", "done": "do",
    "was": "be", "were": "be", "is": "be", "are": "be", "been": "be", "being": "be", "am": "be", "people's": "people",
    "lent": "lend", "spent": "spend", "built": "build", "went": "go", "goes": "go", "going": "go", "gone": "go",
    "came": "come", "this": "this", "less": "less", "news": "news", "pls": "please", "plz": "please",
    "bodies": "body", "series": "series", "basis": "basis", "analyses": "analysis",
    "ing": "ing", "evening": "evening", "morning": "morning", "meeting": "meet", "wellbeing": "wellbeing",
}  # fmt: skip


class Worded(Protocol):
    """What has words: their forms, and where in the text each stands."""

    text: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of its words."""

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The offsets of its words in the text."""


@dataclass(slots=True)
class Phrase:
    """A short text with its words, such as a display name."""

    text: str
    forms: tuple[str, ...]
    spans: list[tuple[int, int]]


def folded(word: str) -> str:
    """Give the form that rules compare: lower case, no accents, no apostrophe ("don't" is "dont")."""
    if word.isascii() and "'" not in word and "`" not in word:
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(_NOT_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()


@lru_cache(maxsize=65_536)
def form_of(written: str) -> str:
    """Give the form of a word as it stands in a text."""
    return _SIGNS.get(written) or folded(written)


def written_in(text: str) -> list[str]:
    """Give the words of a text as they stand; marks and hyphens only part them, and a possessive s is left out."""
    return _WORD.findall(text)


def spans_in(text: str) -> list[tuple[int, int]]:
    """Give the offsets of the words of a text, in order."""
    return [match.span() for match in _WORD.finditer(text)]


def phrase_of(text: str) -> Phrase:
    """Give a short text with its words."""
    return Phrase(text, tuple(map(form_of, written_in(text))), spans_in(text))


@lru_cache(maxsize=65_536)
def stem(form: str) -> str:
    """Give the light stem of a folded form: "volunteers", "volunteering", "volunteered" are "volunteer"."""
    if form in _IRREGULAR:
        return _IRREGULAR[form]
    if len(form) <= 3 or not form.isalpha():
        return form
    return _without_e(_without_ending(_without_plural(form)))


def _without_plural(form: str) -> str:
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return form[:-2]
    return form[:-1] if form.endswith("s") and not form.endswith(("ss", "us", "is")) else form


def _without_ending(form: str) -> str:
    if form.endswith("ied") and len(form) > 4:
        return form[:-3] + "y"
    for ending in ("ing", "ed"):
        rest = form[: -len(ending)]
        if form.endswith(ending) and len(rest) >= 3 and _VOWEL.search(rest):
            doubled = rest[-1] == rest[-2] and rest[-1] not in "lsze"
            return rest[:-1] if doubled else rest
    return form


def _without_e(form: str) -> str:
    return form[:-1] if len(form) > 4 and form.endswith("e") else form
