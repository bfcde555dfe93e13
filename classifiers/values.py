"""What a value in a rule file may be, and what is wrong with another: in words for whoever wrote it.

A shape is one kind of value (`Kind`), a table of named keys (`Keys`), a table whose keys are free (`Each`) or the
`[[...]]` tables of one name (`Rows`). `faults` walks a value beside its shape.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from classifiers.near import near

FARTHEST = 20.0  # log-odds: no evidence is surer, and sums of many stay numbers
Path = tuple[str | int, ...]
Names = Mapping[str, frozenset[str]]  # what tags and other names there are, by kind


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that cannot be used: the keys that lead to it, what is wrong, and what to write instead."""

    path: Path
    reason: str
    instead: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value; with `names`, a text that has to be one of the names of that kind."""

    fits: Callable[[Any], bool]
    says: str
    instead: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """A table of named keys; of each group in `needed` one key has to be there."""

    known: Mapping[str, "Shape"]
    needed: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    """A table whose keys are free, or the names of one kind, and whose values are all of one shape."""

    shape: "Shape"
    names: str = ""
    of: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Rows:
    """The `[[...]]` tables of one name."""

    each: Keys


Shape = Kind | Keys | Each | Rows


def is_text(value: Any) -> bool:
    """Tell a text that holds something."""
    return isinstance(value, str) and bool(value.strip())


def is_number(value: Any) -> bool:
    """Tell a number that log-odds may be; `nan`, `inf` and `true` are none."""
    return type(value) in (float, int) and -FARTHEST <= value <= FARTHEST


def is_share(value: Any) -> bool:
    """Tell a number from 0 to 1."""
    return type(value) in (float, int) and 0 <= value <= 1


def are_texts(value: Any) -> bool:
    """Tell a list of texts, none of them empty."""
    return isinstance(value, list) and all(map(is_text, value))


def is_lower(value: Any) -> bool:
    """Tell a text in small letters, as what it is compared with."""
    return is_text(value) and value == value.lower()


def are_lower(value: Any) -> bool:
    """Tell a list of texts in small letters that is not empty."""
    return are_globs(value) and all(map(is_text, value))


def are_globs(value: Any) -> bool:
    """Tell a list, not empty, of what values of headers are compared with: small letters, or nothing at all."""
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return texts and bool(value) and all(one == one.lower() for one in value)


TEXT = Kind(is_text, "a text", 'text in double quotes: "words"')
REMARK = Kind(lambda value: isinstance(value, str), "a text", 'text in double quotes: "words"')
LOWER = Kind(is_lower, "a text in small letters", 'small letters in double quotes: "words"')
TEXTS = Kind(are_texts, "a list of texts", 'texts in double quotes, between brackets: ["words"]')
LOWERS = Kind(are_lower, "a list of texts in small letters", '["small letters"], in brackets also where it is one')
GLOBS = Kind(are_globs, LOWERS.says, LOWERS.instead)
NUMBER = Kind(is_number, f"a number between -{FARTHEST:g} and {FARTHEST:g}", "a number without quotes: 0.5")
SHARE = Kind(is_share, "a number between 0 and 1", "a number without quotes: 0.9")
COUNT = Kind(lambda value: type(value) is int and value >= 0, "a whole number", "a number without quotes: 3")
SOME = Kind(lambda value: is_text(value) or are_texts(value), TEXTS.says, TEXTS.instead)  # also one, without brackets
WEIGHT = Kind(lambda value: type(value) in (float, int) and 0 < value <= 1, "between 0 and 1", "0.9, without quotes")
YES_NO = Kind(lambda value: isinstance(value, bool), "true or false", "true or false, without quotes")


def named(kind: str) -> Kind:
    """Give the shape of a text that is one of the names of a kind."""
    return Kind(is_text, "a text", 'text in double quotes: "words"', kind)


def faults(value: Any, shape: Shape, names: Names, path: Path = ()) -> Iterator[Fault]:
    """Give everything in a value that does not have its shape."""
    match shape:
        case Kind():
            yield from _of_kind(value, shape, names, path)
        case Rows():
            yield from _of_rows(value, shape, names, path)
        case _ if not isinstance(value, dict):
            yield Fault(
                path, f"{shown(value)} stands where a table is wanted", f"[{_dotted(path)}], and its keys below"
            )
        case Keys():
            yield from _of_keys(value, shape, names, path)
        case Each():
            yield from _of_each(value, shape, names, path)


def shown(value: Any) -> str:
    """Write a value as a rule file would, cut short."""
    written = str(value).lower() if isinstance(value, bool) else repr(value)
    return written if len(written) <= 60 else written[:57] + "..."


def _of_kind(value: Any, kind: Kind, names: Names, path: Path) -> Iterator[Fault]:
    if not kind.fits(value):
        key = next((f"{step} " for step in reversed(path) if isinstance(step, str)), "")
        yield Fault(path, f"{key}{shown(value)} is not {kind.says}", kind.instead)
    elif kind.names in names and value not in names[kind.names]:
        yield Fault(path, f"no {_spoken(kind.names)} is called {shown(value)}", near(value, names[kind.names]))


def _of_rows(value: Any, rows: Rows, names: Names, path: Path) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        name = _dotted(path)
        yield Fault(path, f"{name!r} is no list of tables", f"[[{name}]], with two brackets, above each of them")
        return
    for place, row in enumerate(value):
        yield from _of_keys(row, rows.each, names, (*path, place))


def _of_keys(value: Mapping[str, Any], keys: Keys, names: Names, path: Path) -> Iterator[Fault]:
    for key, held in value.items():
        if key in keys.known:
            yield from faults(held, keys.known[key], names, (*path, key))
        else:
            yield Fault((*path, key), f"unknown key {key!r}", near(key, keys.known))
    for group in keys.needed:
        if not any(key in value for key in group):
            yield Fault(path, f"the key {' or '.join(map(repr, group))} is missing", f"{group[0]} = ...")


def _of_each(value: Mapping[str, Any], each: Each, names: Names, path: Path) -> Iterator[Fault]:
    known = each.of or names.get(each.names)
    for key in value.keys() - known if known is not None else ():
        yield Fault((*path, key), f"no {_spoken(each.names)} is called {key!r}", near(key, known or ()))
    if each.shape is NUMBER and all(map(is_number, value.values())):
        return  # thousands of figures, looked through in one go
    for key, held in value.items():
        yield from faults(held, each.shape, names, (*path, key))


def _spoken(kind: str) -> str:
    return {"user_category": "kind of user", "given": "disposition of headers"}.get(kind, kind)


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)
