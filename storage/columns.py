"""The column types: clean text, UTC moments, JSON and compressed JSON, alike on SQLite and PostgreSQL."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import zstandard
from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Dialect, Integer, LargeBinary, Text, type_coerce
from sqlalchemy.types import TypeDecorator

from storage.errors import DamagedContent
from storage.text import clean

ZSTD_LEVEL = 1  # a quarter less time than 3 on mail for 2 % more bytes, which is what zlib 6 makes of it

BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts rows only in a column named INTEGER
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_own = threading.local()  # zstd contexts are costly to make and must not be shared between threads


def pack(content: bytes) -> bytes:
    """Compress bytes for storing, with a checksum: a bit that the disk turns over is noticed, wherever it lies."""
    if not hasattr(_own, "packer"):
        _own.packer = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True)
    packed: bytes = _own.packer.compress(content)
    return packed


def unpack(packed: bytes) -> bytes:
    """Undo `pack`; raise DamagedContent where the bytes are not what it made."""
    if not hasattr(_own, "unpacker"):
        _own.unpacker = zstandard.ZstdDecompressor()
    try:
        content: bytes = _own.unpacker.decompress(packed)
    except zstandard.ZstdError as error:
        raise DamagedContent from error
    return content


def unpack_json(packed: bytes) -> Any:
    """Read a compressed plain value; raise DamagedContent where the bytes are not what was written."""
    try:
        return json.loads(unpack(packed))
    except ValueError as error:  # of JSON, or of UTF-8
        raise DamagedContent from error


def packed(column: Column[Any]) -> ColumnElement[bytes]:
    """Select a compressed column as it is, for one who unpacks row by row: a damaged one spoils no other."""
    return type_coerce(column, LargeBinary)


def _cleaned(value: str | None) -> str | None:
    """Clean a text. An enum becomes a plain string: sqlite3 looks for an adapter of anything else, each time."""
    return None if value is None else clean(value if value.__class__ is str else str(value))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive datetime was handed to the store")
    return moment.astimezone(UTC)


def _sqlite_moment(moment: datetime | None) -> str | None:
    return None if moment is None else _utc_text(_utc(moment))


@lru_cache(maxsize=1024)
def _utc_text(moment: datetime) -> str:
    """Write a moment of UTC as SQLAlchemy has it on SQLite. Only in UTC do equal values name one moment."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


class CleanText(TypeDecorator[str]):
    """Text without NUL and lone surrogates, which PostgreSQL refuses (and SQLite keeps, to break the export)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean on the way in."""
        return _cleaned(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Give the function itself: a message has forty values, and SQLAlchemy would put two calls around each."""
        return _cleaned


class UtcMoment(TypeDecorator[datetime]):
    """An aware datetime; it comes back in UTC. A naive one is a bug, and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC on the way in; SQLite keeps it as text that sorts by time."""
        return None if value is None else _utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Write SQLite's text at once, and that of a moment which stands in many rows once."""
        return _sqlite_moment if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A plain value as JSON text; its strings are clean already (storage.plain)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Write JSON."""
        return _written(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Give the function itself, as `CleanText` does."""
        return _written

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)


class PackedJson(TypeDecorator[Any]):
    """A plain value as compressed JSON, for what is only ever read whole."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        """Write JSON, compressed."""
        return pack(_written(value).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Read it back; raise DamagedContent where that cannot be done."""
        return None if value is None else unpack_json(value)


class PackedBytes(TypeDecorator[bytes]):
    """Bytes, compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Compress."""
        return None if value is None else pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decompress."""
        return None if value is None else unpack(value)
