"""Records as plain JSON values, and back. Strings are cleaned on the way, one character for one."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

from storage.records import AttachmentRecord, HitRecord, StatementRecord, TagRecord, ZoneRecord
from storage.text import clean

Plain = dict[str, Any]
Part = TypeVar("Part", ZoneRecord, AttachmentRecord, HitRecord, TagRecord, StatementRecord)
_NAMES = {
    kind: tuple(f.name for f in fields(kind))
    for kind in (ZoneRecord, AttachmentRecord, HitRecord, TagRecord, StatementRecord)
}

_VALUES = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def as_plain(part: Part) -> Plain:
    """Give a record's fields as a dict that JSON can hold."""
    kind = type(part)
    values = zip(_NAMES[kind], _VALUES[kind](part), strict=True)
    return {name: clean(value) if value.__class__ is str else value for name, value in values}


def all_plain(parts: Iterable[Part]) -> list[Plain]:
    """Give several records so."""
    return [as_plain(part) for part in parts]


def read_plain(kind: type[Part], values: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Make the records again; what a later version has added to the JSON is left out."""
    names = _NAMES[kind]
    return tuple(kind(**{name: value[name] for name in names if name in value}) for value in values)


def texts_plain(texts: Iterable[str]) -> list[str]:
    """Give a list of clean strings."""
    return [clean(text) for text in texts]
