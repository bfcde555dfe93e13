"""Raw spaCy token patterns in rule files: what of them is allowed, and the words they cannot do without.

Patterns speak of words, never of characters: no REGEX and no open-ended operators, so that no text can make them slow.
A text's word is its folded form in LOWER and its stem in NORM.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from classifiers.errors import BadPattern
from classifiers.rule import TokenSequence
from classifiers.words import folded, stem

_KEYS = {"LOWER", "NORM", "IS_DIGIT", "OP"}
_OPERATORS = {"1", "?", "!"}
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
    operator = str(token.get("OP", "1"))
    bounded = operator.startswith("{") and operator.endswith("}") and not operator.endswith(",}")
    if operator not in _OPERATORS and not bounded:
        raise BadPattern(f"the operator {operator!r} has no bound", 'OP = "?" or OP = "{0,3}"')
    return {key: _value(key, value) for key, value in token.items()}


def _ways(token: Mapping[str, Any]) -> int:
    """Give in how many ways an operator can be filled: "{0,3}" in four."""
    operator = str(token.get("OP", "1"))
    if operator in _OPERATORS:
        return 2 if operator == "?" else 1
    least, _, most = operator.strip("{}").partition(",")
    try:
        return int(most or least) - int(least or 0) + 1 if most else 1
    except ValueError as error:
        raise BadPattern(f"the operator {operator!r} is not one", 'OP = "{0,3}"') from error


def _value(key: str, value: Any) -> Any:
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
