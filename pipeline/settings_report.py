"""Mistakes in the settings, in words: the key, where it stands, what to write instead."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import ConfigProblem
from pipeline.settings_sources import ANY_NAME, PREFIX, Key, keys_of, nearest, places_of

_TABLE = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]")
_TWICE = re.compile(r"Cannot declare \((.*)\) twice (\(.*\))")
_BOUNDS = {  # of pydantic's errors: what each calls its bound, and our words for it
    "greater_than_equal": ("ge", "{} or more"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "{} or less"),
    "less_than": ("lt", "less than {}"),
}
_KINDS = {  # how the types of pydantic's errors begin
    "tuple_": 'has to be a list, such as ["one", "another"].',
    "int_": "has to be a whole number.",
    "finite_number": "has to be a whole number.",
    "float_": "has to be a number, such as 0.5 or 20.",
    "bool_": "has to be true or false.",
    "date_": "has to be a date, year first, such as 2026-01-31.",
    "path_": "has to be the name of a file or a folder, in quotation marks.",
    "string_type": "has to be text in quotation marks.",
    "string_unicode": "holds characters that are no text: write it again in UTF-8.",
}
NOT_TAKEN = "is not what this setting takes: docs/settings.md says what it does."
_KEY = re.compile(r"^\s*(?:\"([^\"]+)\"|([\w-]+))\s*=")


def problems_of(
    error: ValidationError, model: type[BaseModel], path: Path, text: str, sources: dict[str, Any]
) -> tuple[ConfigProblem, ...]:
    """Turn what pydantic found into problems with a place and advice; `sources` are "toml", "variables" and "files"."""
    lines, variables = lines_of(text), sources["variables"]
    details = error.errors(include_url=False)
    unknown = {name: variable for name, variable in _named_by_variables(sources).items() if _lacks(details, name)}
    own = [_unknown_mailbox(name, variable, sources["toml"]) for name, variable in unknown.items()]
    others = [detail for detail in details if not any(_is_of(detail, name) for name in unknown)]
    told = (_problem(one, model, path, lines, variables) for one in others if not _follows(one, others))
    return (*own, *dict.fromkeys(told))


def _follows(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Say whether a list is only too short since its entries are wrong, each of which is told of."""
    place = detail["loc"]
    entries = (one["loc"] for one in details if len(one["loc"]) > len(place))
    return detail["type"] == "too_short" and any(entry[: len(place)] == place for entry in entries)


def secrets_in(toml: dict[str, Any], model: type[BaseModel], path: Path, text: str) -> tuple[ConfigProblem, ...]:
    """Name the secrets that stand in the file itself, which others may read; never quotes them."""
    lines = lines_of(text)
    secret = (key for key in keys_of(model) if key.secret)
    found = (place for key in secret for place, value in places_of(toml, key) if _is_secret(key, value))
    return tuple(
        ConfigProblem(key=".".join(place), where=_where(place, path, lines, {}), words=_take_out(place))
        for place in found
    )


def _take_out(place: tuple[str, ...]) -> str:
    variable = PREFIX + "__".join(place).upper()
    return (
        "is a secret and does not belong in the file, where others may read it: take it out, have it changed, "
        f"and give the new one as {variable}, or name a file that holds it in {variable}_FILE."
    )


def _is_secret(key: Key, value: Any) -> bool:
    """Say whether a value tells something; an address of a database does with a password in it alone."""
    if key.path != ("storage", "url"):
        return bool(value)
    try:
        address = urlsplit(str(value))
    except ValueError:
        return False
    return bool(address.password or "password" in parse_qs(address.query))


def _named_by_variables(sources: dict[str, Any]) -> dict[str, str]:
    """Give the mailboxes that variables alone name, each with one of these variables."""
    there = sources["toml"].get("mailboxes")
    named = dict[str, str]()
    for source, ending in (("files", "_FILE"), ("variables", "")):
        for name, table in sources[source].get("mailboxes", {}).items():
            if not (isinstance(there, dict) and name in there):
                place = ("mailboxes", name, *_first_key(table))
                named[name] = PREFIX + "__".join(place).upper() + ending
    return named


def _first_key(table: dict[str, Any]) -> tuple[str, ...]:
    name, value = next(iter(table.items()))
    return (name, *_first_key(value)) if isinstance(value, dict) else (name,)


def _is_of(detail: ErrorDetails, mailbox: str) -> bool:
    return detail["loc"][:2] == ("mailboxes", mailbox)


def _lacks(details: Sequence[ErrorDetails], mailbox: str) -> bool:
    """Say whether something is missing of a mailbox: where all of it is there, variables alone make one."""
    return any(detail["type"] == "missing" and _is_of(detail, mailbox) for detail in details)


def _unknown_mailbox(name: str, variable: str, toml: dict[str, Any]) -> ConfigProblem:
    there = toml.get("mailboxes")
    known = list(there) if isinstance(there, dict) else []
    have = f"They have: {', '.join(known)}" if known else f"They have none: add a table [mailboxes.{name}]"
    words = f"is of a mailbox {name} that the settings do not have. {have}{nearest(name, known)}"
    return ConfigProblem(key=variable, where="environment", words=words)


def unreadable_toml(path: Path, error: tomllib.TOMLDecodeError) -> ConfigProblem:
    """Say where a file stops being TOML."""
    twice = _TWICE.search(str(error))
    if twice is None:
        return ConfigProblem(key="the file", where=str(path), words=f"is not valid TOML: {error}")
    table, place = ".".join(re.findall(r"'([^']*)'", twice[1])), twice[2]
    return ConfigProblem(key=table, where=str(path), words=f"stands twice {place}: make one table of both.")


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Give the line (from 1) of each key and each table header of a TOML text."""
    table: tuple[str, ...] = ()
    lines: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = tuple(part.strip().strip('"') for part in header[1].split("."))
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, key[1] or key[2]), number)
    return lines


def _problem(
    detail: ErrorDetails,
    model: type[BaseModel],
    path: Path,
    lines: dict[tuple[str, ...], int],
    variables: dict[str, Any],
) -> ConfigProblem:
    key = tuple(str(part) for part in detail["loc"] if not isinstance(part, int))
    where = _where(key, path, lines, variables)
    return ConfigProblem(key=".".join(key) or "the settings", where=where, words=_words(detail, key, model))


def placed(key: tuple[str, ...], words: str, path: Path, text: str, variables: dict[str, Any]) -> ConfigProblem:
    """Give a problem that is seen once all settings are read its place: a variable, or a line of the file."""
    return ConfigProblem(key=".".join(key), where=_where(key, path, lines_of(text), variables), words=words)


def _where(key: tuple[str, ...], path: Path, lines: dict[tuple[str, ...], int], variables: dict[str, Any]) -> str:
    if key and _stands_in(key, variables):
        return PREFIX + "__".join(key).upper()
    known = (lines[key[:length]] for length in range(len(key), 0, -1) if key[:length] in lines)
    line = next(known, None)
    return f"{path}, line {line}" if line else str(path)


def _stands_in(key: tuple[str, ...], tree: Any) -> bool:
    for part in key:
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return not isinstance(tree, dict)


def _words(detail: ErrorDetails, key: tuple[str, ...], model: type[BaseModel]) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return "is not a setting" + nearest(key[-1], _siblings(key, model))
    if kind == "missing":
        return "is missing: add it to the file, or set " + PREFIX + "__".join(key).upper() + "."
    if kind == "value_error":
        return str(detail["ctx"]["error"]) + "."
    if kind in ("model_type", "dict_type"):
        return _table_words(key)
    if kind in ("string_too_short", "too_short"):
        return _empty_words(detail["input"], key)
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"has to be {words.format(detail['ctx'][bound])}."
    return _kind_words(kind, detail)


def _table_words(key: tuple[str, ...]) -> str:
    if key == ("mailboxes",):
        return "has to be a table for each mailbox: write [mailboxes.NAME] above its keys."
    if key[:1] == ("mailboxes",) and len(key) == 2:
        return "stands where the name of a mailbox should: write [mailboxes.NAME] above its keys."
    return f"has to be a table: write [{'.'.join(key)}] above its keys."


def _empty_words(given: Any, key: tuple[str, ...]) -> str:
    if isinstance(given, str):
        return "must not be empty."
    return 'has to name at least one, such as ["INBOX"].' if key[-1] == "folders" else "has to name at least one."


def _kind_words(kind: str, detail: ErrorDetails) -> str:
    """Say what kind of value there has to be; where a list's entry is wrong, of the list what it has to hold."""
    in_a_list = isinstance(detail["loc"][-1], int)
    if kind == "literal_error":
        known = detail["ctx"]["expected"].replace("'", '"')
        return f"has to hold {known} and nothing else." if in_a_list else f"has to be {known}."
    if kind == "string_type" and in_a_list:
        return 'has to hold texts in quotation marks, such as ["one", "another"].'
    return next((words for begin, words in _KINDS.items() if kind.startswith(begin)), NOT_TAKEN)


def _siblings(key: tuple[str, ...], model: type[BaseModel]) -> list[str]:
    depth = len(key) - 1
    above = [
        known.path
        for known in keys_of(model)
        if len(known.path) > depth
        and all(want in (ANY_NAME, part) for part, want in zip(key[:depth], known.path[:depth], strict=True))
    ]
    return list(dict.fromkeys(path[depth] for path in above))
