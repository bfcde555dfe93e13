"""The files of a digest, each written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from digests.digest import Digest
from digests.errors import AlreadyIssued
from digests.render.csv_files import csv_files
from digests.render.html import html_bytes
from digests.render.json_file import json_bytes
from digests.render.names import digest_file

FORMATS = ("html", "csv", "json", "xlsx", "ods")  # and "pdf", which needs an extra


def write_files(
    digest: Digest, folder: Path, *, formats: tuple[str, ...] = FORMATS, over_issue: bool = False
) -> tuple[Path, ...]:
    """Write the digest in every format and give the paths; the page comes first.

    A draft replaces an earlier draft. An issue is written once: to write other bytes over its files raises
    AlreadyIssued, but for a redacted issue (`over_issue`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_write(folder / name, content, digest, over_issue) for name, content in _files(digest, formats))


def _files(digest: Digest, formats: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Make the files one after the other, so that one at a time is held."""
    if "html" in formats:
        yield digest_file(digest, "html"), html_bytes(digest)
    if "csv" in formats:
        yield from csv_files(digest).items()
    if "json" in formats:
        yield digest_file(digest, "json"), json_bytes(digest)
    if "xlsx" in formats:
        from digests.render.xlsx import xlsx_bytes  # noqa: PLC0415 - pandas takes a second to import

        yield digest_file(digest, "xlsx"), xlsx_bytes(digest)
    if "ods" in formats:
        from digests.render.ods import ods_bytes  # noqa: PLC0415 - only where a sheet is written

        yield digest_file(digest, "ods"), ods_bytes(digest)
    if "pdf" in formats:
        from digests.render.pdf import pdf_bytes  # noqa: PLC0415 - an extra

        yield digest_file(digest, "pdf"), pdf_bytes(digest)


def _write(path: Path, content: bytes, digest: Digest, over_issue: bool) -> Path:
    if not over_issue and digest.cover.issue and path.exists():
        if path.read_bytes() != content:
            raise AlreadyIssued(month=digest.cover.month, folder=str(path.parent))
        return path
    replace_file(path, content)
    return path


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file, then take its place in one step: a reader sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
