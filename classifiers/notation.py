"""The notation of patterns, and what it stands for: sequences of slots.

    people from different (background|walk) ..4 get on
    =discriminated against ..6 (race|religion)
    volunt* (rate|figure)?

A bare word matches every form with its stem, `=word` that form alone (`=(a|b)` each of them), `word*` every word that
begins so, `#` a number, `..` up to three words in between (`..5` up to five), `(a|b c)` one of them, `?` makes what
stands before it optional, `@name` is a list of alternatives from words.toml.
"""

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from classifiers.errors import BadPattern
from classifiers.words import form_of, stem, written_in

MOST_SEQUENCES = 400
LONGEST_GAP = 12
DEEPEST = 50  # brackets within brackets
_MARKS = re.compile(r"\||\.\.\d|(?:^|\s)(?:\.\.|#)(?:\s|$)|\w\*|(?:^|[\s(])[=@][\w(]|\)\?")  # of a pattern, in no prose
_FOREIGN = re.compile(r"[\[\]{}\\^$]|\.[*+]|\*\w")  # of other notations, which mean something else here or nothing
_TOKEN = re.compile(
    r"\s*(?:(?P<gap>\.\.\d*)|(?P<mark>=\(|[()|?])|(?P<list>@[\w-]+)|(?P<number>#)|(?P<word>[^\s()|?#@]+))"
)


class SlotKind(IntEnum):
    """What may stand in a slot."""

    WORD = 1  # one word out of `atoms`
    NUMBER = 2  # any number in figures
    GAP = 3  # up to `most` words of any kind


class Slot(NamedTuple):
    """One place of a sequence. Atoms: `=form` exact, `~stem`, `prefix*`.

    A tuple of what is hashed at once: while rules are loaded, sequences are compared a hundred thousand times.
    """

    kind: SlotKind
    atoms: frozenset[str] = frozenset()
    most: int = 0


SlotSequence = tuple[Slot, ...]
NUMBER = Slot(SlotKind.NUMBER)


def sequences(pattern: str, lists: Mapping[str, Sequence[str]]) -> tuple[SlotSequence, ...]:
    """Give all sequences that a pattern stands for; raise BadPattern where it does not follow the notation."""
    tokens = _tokens(pattern)
    found = _alternatives(tokens, lists)
    if tokens:
        raise BadPattern(f"')' without '(' in {pattern!r}")
    return _checked(found, pattern)


def phrase(text: str, *, exact: bool = False) -> SlotSequence:
    """Give the sequence of a plain phrase: its words by stem, or exactly as written."""
    if mark := _MARKS.search(text):
        raise BadPattern(f"the phrase {text!r} has a mark of patterns, {mark.group().strip()!r}", "it under patterns")
    forms = map(form_of, written_in(text))
    made = tuple([word_slot(f"={form}" if exact else form) for form in forms])
    if not made:
        raise BadPattern(f"the phrase {text!r} holds no word")
    return made


def word_slot(word: str) -> Slot:
    """Give the slot of one written word: `word`, `=word` or `word*`."""
    if word.startswith("="):
        return Slot(SlotKind.WORD, frozenset({word}))
    if word.endswith("*"):
        if len(word) < 4:
            raise BadPattern(f"{word!r} is too short a beginning", "at least three letters before the *")
        return Slot(SlotKind.WORD, frozenset({word}))
    return Slot(SlotKind.WORD, frozenset({"~" + stem(word)}))


def _tokens(pattern: str) -> list[tuple[str, str]]:
    """Give the kinds and texts of what a pattern is made of, the first of them last, where it is taken from."""
    if foreign := _FOREIGN.search(pattern):
        raise BadPattern(f"{foreign.group()!r} means nothing in {pattern!r}", "words, (a|b), .., #, word* or =word")
    tokens, exact, depth = [], 0, 0  # `exact` is the depth of the outermost =( that is open
    for match in _TOKEN.finditer(pattern.strip()):
        kind = match.lastgroup or ""
        text = match.group(kind)
        if text in ("(", "=("):
            depth += 1
            if depth > DEEPEST:
                raise BadPattern(f"its brackets are more than {DEEPEST} deep", "fewer brackets, or two patterns")
            exact = exact or (depth if text == "=(" else 0)
        elif text == ")":
            exact, depth = (0 if exact == depth else exact), depth - 1
        if kind == "word" and exact and text[0] != "=" and not text.endswith("*"):
            text = "=" + text
        tokens.append((text.removeprefix("=") if kind == "mark" else kind, text))
    return tokens[::-1]


def _alternatives(tokens: list[tuple[str, str]], lists: Mapping[str, Sequence[str]]) -> list[SlotSequence]:
    """Read `a b|c d` up to a closing bracket or the end, and take it from the tokens."""
    found: list[SlotSequence] = []
    branch: list[SlotSequence] = [()]
    while tokens and tokens[-1][0] != ")":
        kind, text = tokens.pop()
        if kind == "|":
            found, branch = found + branch, [()]
            continue
        item = _item(kind, text, tokens, lists)
        if tokens and tokens[-1][0] == "?":
            item = [*item, ()]
            tokens.pop()
        branch = [left + right for left in branch for right in item]
        if len(branch) > MOST_SEQUENCES:
            raise BadPattern(f"the pattern stands for more than {MOST_SEQUENCES} sequences", "two patterns")
    return _merged(found + branch)


def _item(
    kind: str, text: str, tokens: list[tuple[str, str]], lists: Mapping[str, Sequence[str]]
) -> list[SlotSequence]:
    if kind == "word":
        return [_word(text)]
    if kind == "(":
        inner = _alternatives(tokens, lists)
        if not tokens:
            raise BadPattern("'(' is never closed", "a ')'")
        tokens.pop()
        return inner
    if kind == "gap":
        return [(_gap(text),)]
    if kind == "number":
        return [(NUMBER,)]
    if kind == "list":
        return _listed(text, lists)
    raise BadPattern("'?' follows nothing", "the optional word first")


def _gap(text: str) -> Slot:
    most = int(text[2:] or 3)
    if not 0 < most <= LONGEST_GAP:
        raise BadPattern(f"the gap {text!r} is too long", f"..1 to ..{LONGEST_GAP}")
    return Slot(SlotKind.GAP, most=most)


def _listed(name: str, lists: Mapping[str, Sequence[str]]) -> list[SlotSequence]:
    if name[1:] not in lists:
        raise BadPattern(f"no list is called {name}", f"one of {', '.join('@' + known for known in lists)}")
    inner = "|".join(lists[name[1:]])
    if "@" not in inner:
        return list(_without_lists(inner))
    shorter = {known: words for known, words in lists.items() if known != name[1:]}
    return list(sequences(inner, shorter))


@lru_cache(maxsize=256)  # a list is named by many rules
def _without_lists(pattern: str) -> tuple[SlotSequence, ...]:
    return sequences(pattern, {})


@lru_cache(maxsize=16_384)  # rules write the same words over and over
def _word(text: str) -> SlotSequence:
    exact, prefix = text.startswith("="), text.endswith("*")
    forms = list(map(form_of, written_in(text)))
    if not forms:
        raise BadPattern(f"{text!r} is no word", "words, (a|b), .. or #")
    if exact:
        return tuple(word_slot("=" + form) for form in forms)
    if prefix:
        forms[-1] += "*"
    return tuple(NUMBER if form == "#" else word_slot(form) for form in forms)


def _merged(found: list[SlotSequence]) -> list[SlotSequence]:
    """Make one slot of alternatives that are single words, so that (a|b|c) stays one sequence."""
    if len(found) == 1:
        return found
    single: list[SlotSequence] = []
    others: list[SlotSequence] = []
    for one in found:
        (single if len(one) == 1 and one[0].kind is SlotKind.WORD else others).append(one)
    if len(single) < 2:
        return list(dict.fromkeys(found))
    merged = Slot(SlotKind.WORD, frozenset().union(*[one[0].atoms for one in single]))
    return list(dict.fromkeys([*others, (merged,)]))


def _checked(found: list[SlotSequence], pattern: str) -> tuple[SlotSequence, ...]:
    for one in found:
        if not any(slot.kind is SlotKind.WORD for slot in one):
            raise BadPattern(f"{pattern!r} can match without any word", "at least one word that is not optional")
        if one[0].kind is SlotKind.GAP or one[-1].kind is SlotKind.GAP:
            raise BadPattern(f"{pattern!r} begins or ends with a gap", "words on both sides of ..")
    return tuple(found)
