"""Organisations as text names them: single ones by name, others by the noun that says what they are.

Names come from the registers and the hand list of domains/, nouns from bodies.toml. The longest name at a place wins.
Short forms that are also words ("CSV", "BIS") count only as written in capitals. A name is no more than a name: who
writes on whose behalf is for `categories` to tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.catalogue import PACKAGED
from classifiers.domain_lists import FOLDER, KNOWN, rows_of
from classifiers.words import Worded, form_of, written_in

_GOES_ON = frozenset(["of", "for"])  # "Leeds Council of Faiths" is no council
_THE_X = ("the", "independent")  # names of this shape are also plain words: they count with a capital only
_COUNCILS = frozenset(["council", "borough"])


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation in a sentence: words `first` to `last` (excluded); `named` when it is a single one's name."""

    category: str
    named: bool
    weak: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Name:
    forms: tuple[str, ...]
    category: str
    named: bool
    weak: bool = False
    written: str = ""  # not empty: only in exactly these letters


class Bodies:
    """All names of organisations; made once."""

    def __init__(self, table: Mapping[str, Any], folder: Path | None = None) -> None:
        """Read the lists of `folder`; `table` is bodies.toml."""
        self._single: dict[str, list[_Name]] = {}
        self._by_pair: dict[tuple[str, str], list[_Name]] = {}
        for name in (*_kinds(table), *_names((folder or PACKAGED) / FOLDER, frozenset(table.get("as_written", ())))):
            if len(name.forms) == 1:
                self._single.setdefault(name.forms[0], []).append(name)
            else:
                self._by_pair.setdefault((name.forms[0], name.forms[1]), []).append(name)
        for names in (*self._single.values(), *self._by_pair.values()):
            names.sort(key=lambda name: (-len(name.forms), not name.named))

    def within(self, words: Worded) -> Iterator[Body]:
        """Give the organisations that words name, in order."""
        forms, free = words.forms, 0
        for place, pair in enumerate(zip(forms, (*forms[1:], ""), strict=False)):  # none where there is no word
            if place < free or (pair not in self._by_pair and pair[0] not in self._single):
                continue
            names = (*self._by_pair.get(pair, ()), *self._single.get(pair[0], ()))
            name = next((name for name in names if _stands(name, words, place)), None)
            if name is not None:
                free = place + len(name.forms)
                yield Body(name.category, name.named, name.weak, place, free)


def _stands(name: _Name, words: Worded, place: int) -> bool:
    """Tell whether a name stands at a place; only then is it asked for how it is written."""
    end = place + len(name.forms)
    return words.forms[place:end] == name.forms and _fits(name, words, place, end)


def _fits(name: _Name, words: Worded, place: int, end: int) -> bool:
    written = words.text[words.spans[place][0] : words.spans[end - 1][1]]
    if name.written and written != name.written:
        return False
    if name.named and len(name.forms) == len(_THE_X) and name.forms[0] == _THE_X[0] and written.islower():
        return False  # "the independent review" is no newspaper
    if name.forms[-1] in _COUNCILS and end < len(words.forms) and words.forms[end] in _GOES_ON:
        return name.forms[0] in ("london", "royal")
    return True


def _kinds(table: Mapping[str, Any]) -> Iterator[_Name]:
    weak = {_forms(noun) for noun in table.get("weak", ())}
    for category, nouns in table.get("kinds", {}).items():
        for noun in nouns:
            forms = _forms(noun)
            yield _Name(forms, category, named=False, weak=forms in weak, written=noun if _is_short(noun) else "")


def _names(folder: Path, as_written: frozenset[str]) -> Iterator[_Name]:
    for row in rows_of(folder / KNOWN):
        if category := row["category"].strip():
            for name in {part.strip() for part in (row["organisation"], *row["names"].split(";"))} - {""}:
                yield from _variants(name, category, as_written)
    for row in rows_of(folder / "names.csv"):
        yield from _variants(row["name"], row["category"].strip(), as_written)


def _variants(name: str, category: str, as_written: frozenset[str]) -> Iterator[_Name]:
    """Give a name also with "&" for "and" (a mark is no word), and without its article."""
    forms = _forms(name.replace("&", " and "))
    if not forms:
        return
    if "and" in forms:
        yield _Name(tuple(form for form in forms if form != "and"), category, named=True)
    alone = len(forms) == 1 and (name in as_written or _is_short(name) or not name.isupper())
    yield _Name(forms, category, named=True, written=name if alone else "")
    if forms[0] == "the" and len(forms) > 2:
        yield _Name(forms[1:], category, named=True)


def _is_short(name: str) -> bool:
    return name.isupper() and len(name) <= 3


def _forms(name: str) -> tuple[str, ...]:
    return tuple(map(form_of, written_in(name)))
