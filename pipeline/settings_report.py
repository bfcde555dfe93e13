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
    return (*own, *(_problem(detail, model, path, lines, variables) for detail in others))


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
    match detail["type"]:
        case "extra_forbidden":
            return "is not a setting" + nearest(key[-1], _siblings(key, model))
        case "missing":
            return "is missing: add it to the file, or set " + PREFIX + "__".join(key).upper() + "."
        case "value_error":
            return str(detail["ctx"]["error"]) + "."
        case "string_too_short" | "too_short" if isinstance(detail["input"], str):
            return "must not be empty."
        case "too_short":
            return (
                'has to name at least one, such as ["INBOX"].' if key[-1] == "folders" else "has to name at least one."
            )
        case "model_type" | "dict_type" if key[:1] == ("mailboxes",):
            return "stands where the name of a mailbox should: write [mailboxes.NAME] above its keys."
        case "model_type" | "dict_type":
            return f"has to be a table: write [{'.'.join(key)}] above its keys."
        case "tuple_type":
            return 'has to be a list, such as ["one", "another"].'
        case "int_parsing" | "int_type" | "int_from_float":
            return "has to be a whole number."
        case _:
            return "is wrong: " + detail["msg"][0].lower() + detail["msg"][1:] + "."


def _siblings(key: tuple[str, ...], model: type[BaseModel]) -> list[str]:
    depth = len(key) - 1
    above = [
        known.path
        for known in keys_of(model)
        if len(known.path) > depth
        and all(want in (ANY_NAME, part) for part, want in zip(key[:depth], known.path[:depth], strict=True))
    ]
    return list(dict.fromkeys(path[depth] for path in above))
