"""An archive cut into parts, each of which can be read by itself, here or on another machine."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from pipeline.mail.archive.find import ArchiveFile, Kind, Survey, written
from pipeline.mail.archive.mbox import Span, spans
from pipeline.mail.errors import ArchiveUnreadable

Item = TypeVar("Item")
_BYTES = 20_000_000  # after which a part ends


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivePart:
    """Files of an archive that hold a message each, or one mbox and where its messages lie in it."""

    files: tuple[ArchiveFile, ...]
    spans: tuple[Span, ...] = ()
    single: bool = False  # the whole archive is one file: that it cannot be read is an error

    @property
    def messages(self) -> int:
        """Count its messages."""
        return len(self.spans) if self.spans else len(self.files)

    @property
    def doubts(self) -> int:
        """Count the lines of an mbox that may begin a message, and were taken for text when it was cut."""
        return sum(span.doubts for span in self.spans)

    def plain(self) -> dict[str, Any]:
        """Give it as plain values, to be written down."""
        files = [[_plain(file.path), file.kind.value, file.place] for file in self.files]
        return {"files": files, "spans": [[span.start, span.end] for span in self.spans], "single": self.single}


def is_unseen(part: ArchivePart) -> bool:
    """Say whether this process sees no file of a part, as on a machine that has not got its disk, or may read none.

    A file that is gone from a folder that is there was removed: that is for whoever reads it.
    """
    return all(_is_unseen(file) for file in part.files)


def _is_unseen(file: ArchiveFile) -> bool:
    if not os.access(file.path.parent, os.R_OK | os.X_OK):
        return True
    return file.path.exists() and not os.access(file.path, os.R_OK)


def part_of(plain: Mapping[str, Any]) -> ArchivePart:
    """Make a part again of its plain values."""
    return ArchivePart(
        files=tuple(
            ArchiveFile(path=_path(path), kind=Kind(kind), place=place) for path, kind, place in plain["files"]
        ),
        spans=tuple(Span(start=start, end=end) for start, end in plain["spans"]),
        single=plain["single"],
    )


def _plain(path: Path) -> str | list[str]:
    """Give a path as text, or, where its name is no text, as the hexadecimal digits of its bytes."""
    return str(path) if written(path) == str(path) else [os.fsencode(path).hex()]


def _path(plain: str | list[str]) -> Path:
    return Path(plain if isinstance(plain, str) else os.fsdecode(bytes.fromhex(plain[0])))


def cut(path: Path, found: Survey, messages: int) -> Iterator[ArchivePart]:
    """Cut an archive, in its order, into parts of so many messages and 20 MB; an mbox is read through once."""
    single = len(found.files) == 1 and not path.is_dir()
    for is_mbox, group in groupby(found.files, key=lambda file: file.kind is Kind.MBOX):
        if is_mbox:
            yield from (replace(part, single=single) for file in group for part in _of_mbox(file, messages))
        else:
            parts = _chunks(group, messages, _size)
            yield from (ArchivePart(files=tuple(files), single=single) for files in parts)


def _of_mbox(file: ArchiveFile, messages: int) -> Iterator[ArchivePart]:
    try:
        with file.path.open("rb") as opened:
            for chunk in _chunks(spans(opened), messages, lambda span: span.end - span.start):
                yield ArchivePart(files=(file,), spans=tuple(chunk))
    except OSError as error:
        raise ArchiveUnreadable(written(file.path), error.strerror or "it cannot be read") from error


def _size(file: ArchiveFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:  # moved meanwhile: whoever reads it looks where it is now
        return 0


def _chunks(items: Iterable[Item], most: int, size: Callable[[Item], int]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    total = 0
    for item in items:
        chunk.append(item)
        total += size(item)
        if len(chunk) == most or total >= _BYTES:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk
