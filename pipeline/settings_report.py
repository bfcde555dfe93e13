"""Mistakes in the settings, in words: the key, where it stands, what to write instead."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import ConfigProblem
from pipeline.settings_sources import ANY_NAME, PREFIX, keys_of, nearest

_TABLE = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"^\s*(?:\"([^\"]+)\"|([\w-]+))\s*=")


def problems_of(
    error: ValidationError, model: type[BaseModel], path: Path, text: str, variables: dict[str, Any]
) -> tuple[ConfigProblem, ...]:
    """Turn what pydantic found into problems with a place and advice."""
    lines = lines_of(text)
    return tuple(_problem(detail, model, path, lines, variables) for detail in error.errors(include_url=False))


def unreadable_toml(path: Path, error: tomllib.TOMLDecodeError) -> ConfigProblem:
    """Say where a file stops being TOML."""
    return ConfigProblem(key="the file", where=str(path), words=f"is not valid TOML: {error}")


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
