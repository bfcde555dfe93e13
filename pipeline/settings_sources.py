"""The STATSHOP_ variables: which there may be, and the tree of values they stand for."""

import difflib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from pipeline.errors import ConfigProblem

PREFIX = "STATSHOP_"
ANY_NAME = "*"  # stands for the name of a mailbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One settings key: its path (`("storage", "url")`), whether it is secret, whether it takes several values."""

    path: tuple[str, ...]
    secret: bool
    several: bool

    def variable(self) -> str:
        """Name the variable that sets it."""
        return PREFIX + "__".join("NAME" if part == ANY_NAME else part.upper() for part in self.path)


def keys_of(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[Key]:
    """List every key of the settings, in the order of the models."""
    for name, field in model.model_fields.items():
        kinds = _kinds(field.annotation)
        tables = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        named = [get_args(kind)[1] for kind in kinds if get_origin(kind) is dict]
        if named:
            yield from keys_of(named[0], (*above, name, ANY_NAME))
        elif tables:
            yield from keys_of(tables[0], (*above, name))
        else:
            several = any(get_origin(kind) is tuple for kind in kinds)
            yield Key(path=(*above, name), secret=SecretStr in kinds, several=several)


def _kinds(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def environment_tree(model: type[BaseModel], environ: Mapping[str, str]) -> dict[str, Any]:
    """Give the values that variables set, as a tree; several values are separated by commas."""
    tree: dict[str, Any] = {}
    for path, key, text in _set_keys(model, environ, ""):
        _plant(tree, path, _values(text) if key.several else text)
    return tree


def secret_file_tree(
    model: type[BaseModel], environ: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[ConfigProblem, ...]]:
    """Read the secrets that ..._FILE variables name; unreadable files and secrets given twice are problems."""
    tree: dict[str, Any] = {}
    problems = []
    for path, _, name in _set_keys(model, environ, "_FILE"):
        secret, why = _secret_in(Path(name))
        _plant(tree, path, secret)
        variable = PREFIX + "__".join(path).upper()
        if environ.get(variable):
            why = f"is set, and so is {variable}: take one of them away"
            problems.append(ConfigProblem(key=f"{variable}_FILE", where="environment", words=why))
        elif why:
            words = f"names {name}: {why}" if name else "names no file: write one, or take the variable away"
            problems.append(ConfigProblem(key=f"{variable}_FILE", where="environment", words=words))
    return tree, tuple(problems)


def _secret_in(file: Path) -> tuple[str, str]:
    """Read the one line of a file that holds a secret; else give what is wrong with it."""
    try:
        lines = file.read_text(encoding="utf-8-sig").strip().splitlines()  # Windows editors put a mark first
    except OSError as error:
        return "", error.strerror or "it cannot be read"
    except UnicodeDecodeError:
        return "", "it is not text"
    if len(lines) != 1:
        return "", "it holds more than one line: leave the secret alone in it" if lines else "it is empty"
    return lines[0], ""


def unknown_variables(model: type[BaseModel], environ: Mapping[str, str]) -> tuple[ConfigProblem, ...]:
    """Name the STATSHOP_ variables that set nothing, each with the nearest that would."""
    keys = tuple(keys_of(model))
    known = [*(key.variable() for key in keys), *(key.variable() + "_FILE" for key in keys if key.secret)]
    strange = [name for name in sorted(environ) if name.startswith(PREFIX) and not _key_of(name, keys)]
    return tuple(
        ConfigProblem(key=name, where="environment", words=f"sets nothing{nearest(name, known)}") for name in strange
    )


def nearest(word: str, known: list[str]) -> str:
    """Say which known word is nearest, as the end of a sentence; "." when none is near."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.55)
    return f". Did you mean {found[0]}?" if found else "."


def _set_keys(
    model: type[BaseModel], environ: Mapping[str, str], ending: str
) -> Iterator[tuple[tuple[str, ...], Key, str]]:
    keys = tuple(key for key in keys_of(model) if key.secret or not ending)
    for name, text in environ.items():
        if name.startswith(PREFIX) and name.endswith(ending):
            path = tuple(name[len(PREFIX) : len(name) - len(ending)].lower().split("__"))
            yield from ((path, key, text) for key in keys if _fits(path, key.path))


def places_of(tree: Any, key: Key, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give each place in a tree of settings where a key stands, and its value there."""
    if len(above) == len(key.path):
        yield above, tree
    elif isinstance(tree, dict):
        want = key.path[len(above)]
        for name in tree if want == ANY_NAME else (want,) if want in tree else ():
            yield from places_of(tree[name], key, (*above, name))


def _key_of(variable: str, keys: tuple[Key, ...]) -> Key | None:
    plain = tuple(variable[len(PREFIX) :].lower().split("__"))
    filed = tuple(variable[len(PREFIX) :].removesuffix("_FILE").lower().split("__"))
    fits = (key for key in keys if _fits(plain, key.path) or (key.secret and _fits(filed, key.path)))
    return next(fits, None)


def _fits(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    return len(path) == len(pattern) and all(want in (ANY_NAME, part) for part, want in zip(path, pattern, strict=True))


def _values(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _plant(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = value
