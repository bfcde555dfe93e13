"""Raw spaCy token patterns in rule files: what of them is allowed, and the words they cannot do without.

Patterns speak of words, never of characters: no REGEX and no open-ended operators, so that no text can make them slow.
A text's word is its folded form in LOWER and its stem in NORM.
"""

import re
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from classifiers.errors import BadPattern
from classifiers.rule import TokenSequence
from classifiers.words import folded, stem

_KEYS = {"LOWER", "NORM", "IS_DIGIT", "OP"}
_OPERATORS = {"1", "?", "!"}
_TIMES = re.compile(r"\{(?:(?P<least>\d{0,2}),)?(?P<most>\d{1,2})\}")  # as spaCy writes it: {3}, {,3} or {1,3}
MOST_TIMES = 12  # that a token may be repeated: as far as a gap may be
MOST_WAYS = 100  # in which the operators of a pattern may be filled: spaCy tries them all at every word


def raw_sequence(tokens: Sequence[Mapping[str, Any]]) -> TokenSequence:
    """Check one raw token pattern; raise BadPattern."""
    if not isinstance(tokens, list) or not all(isinstance(token, dict) for token in tokens):
        raise BadPattern("tokens is a list of lists of { LOWER = ... }", 'tokens = [[{ LOWER = "word" }]]')
    made = tuple(_token(token) for token in tokens)
    ways = prod(_ways(token) for token in made)
    if ways > MOST_WAYS:
        raise BadPattern(
            f"its operators can be filled in {ways:,} ways, and {MOST_WAYS} are allowed",
            "fewer operators, or lower bounds",
        )
    required = tuple(atoms for token in made if (atoms := _atoms(token)))
    if not required:
        raise BadPattern("the token pattern can match without any word", "a LOWER or NORM without OP")
    return TokenSequence(tokens=made, required=required)


def _token(token: Mapping[str, Any]) -> dict[str, Any]:
    for key in token.keys() - _KEYS:
        raise BadPattern(f"{key} is not allowed in token patterns", "LOWER, NORM, IS_DIGIT and OP")
    _ways(token)
    return {key: _value(key, value) for key, value in token.items()}


def _ways(token: Mapping[str, Any]) -> int:
    """Give in how many ways an operator can be filled: "{0,3}" in four; raise BadPattern where it has no bound."""
    operator = str(token.get("OP", "1"))
    if operator in _OPERATORS:
        return 2 if operator == "?" else 1
    times = _TIMES.fullmatch(operator)
    if times is None:
        raise BadPattern(f"the operator {operator!r} has no bound", 'OP = "?" or OP = "{0,3}"')
    most = int(times["most"])
    least = most if times["least"] is None else int(times["least"] or 0)
    if not least <= most <= MOST_TIMES or not most:
        raise BadPattern(f"the operator {operator!r} cannot be filled", f'OP = "{{0,3}}", up to {MOST_TIMES}')
    return most - least + 1


def _value(key: str, value: Any) -> Any:
    if key == "IS_DIGIT" and not isinstance(value, bool):
        raise BadPattern(f"IS_DIGIT is true or false, not {value!r}", "IS_DIGIT = true")
    if key not in ("LOWER", "NORM"):
        return value
    words = value.get("IN") if isinstance(value, dict) else [value]
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise BadPattern(f"{key} is a word or {{ IN = [words] }}", f'{key} = "word"')
    forms = [folded(word) if key == "LOWER" else stem(folded(word)) for word in words]
    return {"IN": forms}


def _atoms(token: Mapping[str, Any]) -> frozenset[str]:
    operator = str(token.get("OP", "1"))
    if operator != "1":
        return frozenset()
    lower, norm = token.get("LOWER"), token.get("NORM")
    if lower:
        return frozenset("=" + form for form in lower["IN"])
    return frozenset("~" + form for form in norm["IN"]) if norm else frozenset()
