"""Rule files that serve every survey, taken over without the words of the survey they were written for; pure.

Of a pattern, alternatives that name that survey, its publisher or its topics go; a pattern that names them outside of
alternatives goes whole, and so does an example. A rule that is left with nothing to match goes too, and so does the
worth that was measured for such a word.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import tomlkit

NAMES = r"citizenship|citizens? ..1 survey|citizens? survey|dclg|\bclg\b|stat ?shop|stats shop|hocs|eland house"
NAMES += r"|communities (survey|study|department|and local)|survey of citizens|people families and communities|4754"
NAMES += r"|big society|community spirit"
TOPICS = r"|cohesi|volunt|extremis|belonging|identity"
OWN = re.compile(NAMES, re.IGNORECASE)
OWN_AND_TOPICS = re.compile(NAMES + TOPICS, re.IGNORECASE)
DEPARTMENTS = ("dclg", "moj", "dwp", "home-office", "geo-ehrc")  # kinds of users that only the first survey tells apart
OTHER_GOVERNMENT = "other-government"
_INNERMOST = re.compile(r"\(([^()]*)\)")
_LISTS = ("patterns", "phrases", "ok", "not", "tokens")


def without_own_words(text: str, own: re.Pattern[str]) -> str:
    """Give a rule file without the words of the survey it was written for."""
    document = tomlkit.parse(text)
    for kind in ("rule", "cancel"):
        kept = [entry for entry in document.get(kind, ()) if _cleaned(entry, own)]
        if kind in document:
            document[kind].clear()
            for entry in kept:
                document[kind].append(entry)
    for name, words in document.get("lists", {}).items():
        document["lists"][name] = _array(_kept(words, own))
    return tomlkit.dumps(document)


def without_own_worths(text: str) -> str:
    """Give a table of figures without those measured for words of the survey it was written for, or of its topics."""
    document = tomlkit.parse(text)
    _drop_worths(document)
    return tomlkit.dumps(document)


def _drop_worths(table: Any) -> None:
    for name, value in list(table.items()):
        if isinstance(value, dict):
            _drop_worths(value)
        elif isinstance(value, float) and OWN_AND_TOPICS.search(name):
            del table[name]


def without_departments(text: str) -> str:
    """Give a table of organisations in which departments are other government, like all the rest of it."""
    document = tomlkit.parse(text)
    if "kinds" in document:
        kinds: Any = document["kinds"]
        for name in DEPARTMENTS:
            kinds[OTHER_GOVERNMENT] = _array([*kinds[OTHER_GOVERNMENT], *kinds.pop(name, [])])
        document["as_written"] = _array(_kept(document.get("as_written", []), OWN))
    for shape in document.get("shape", []):
        shape["category"] = _category(shape["category"])
    return tomlkit.dumps(document)


def row_without_departments(row: list[str], place: int) -> list[str]:
    """Give a row of a list of organisations, whose `place` holds the kind of user."""
    return [_category(value) if number == place else value for number, value in enumerate(row)]


def _category(category: str) -> str:
    return OTHER_GOVERNMENT if category in DEPARTMENTS else category


def _cleaned(entry: Any, own: re.Pattern[str]) -> bool:
    """Clean a rule in its place; say whether it still matches anything."""
    for key in _LISTS:
        if key in entry and key != "tokens":
            kept = _kept(entry[key], own)
            if kept != list(entry[key]):
                entry[key] = _array(kept)
    return any(entry.get(key) for key in ("patterns", "phrases", "tokens"))


def _kept(patterns: Iterable[str], own: re.Pattern[str]) -> list[str]:
    cleaned = (
        _without_alternatives(str(pattern), own) if own.search(str(pattern)) else str(pattern) for pattern in patterns
    )
    return [pattern for pattern in cleaned if pattern]


def _without_alternatives(pattern: str, own: re.Pattern[str]) -> str:
    """Take the alternatives that name the survey out of a pattern; "" when nothing useful is left of it."""
    cut = _INNERMOST.sub(_choosing(own), pattern)
    return "" if "()" in cut or own.search(cut) else cut


def _choosing(own: re.Pattern[str]) -> Callable[[re.Match[str]], str]:
    def chosen(group: re.Match[str]) -> str:
        return "(" + "|".join(one for one in group[1].split("|") if not own.search(one)) + ")"

    return chosen


def _array(values: Iterable[str]) -> Any:
    array = tomlkit.array()
    array.extend(values)
    return array.multiline(True)
