"""Records as plain JSON values, and back. Strings are cleaned on the way, one character for one."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from storage.records import AttachmentRecord, HitRecord, StatementRecord, TagRecord, ZoneRecord
from storage.text import clean

Plain = dict[str, Any]
Part = TypeVar("Part", ZoneRecord, AttachmentRecord, HitRecord, TagRecord, StatementRecord)
_NAMES = {
    kind: tuple(f.name for f in fields(kind))
    for kind in (ZoneRecord, AttachmentRecord, HitRecord, TagRecord, StatementRecord)
}


def as_plain(part: Part) -> Plain:
    """Give a record's fields as a dict that JSON can hold."""
    return {name: _cleaned(getattr(part, name)) for name in _NAMES[type(part)]}


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


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value
