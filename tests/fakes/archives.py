"""Archives read whole, as an import reads them: found, cut into parts, then one part after the other."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.mail.archive import ArchivePart, cut, open_part, survey
from pipeline.mail.mailbox import Fetched
from storage.stretches import SIZE


def parts_of(path: Path) -> list[ArchivePart]:
    """Cut an archive to the end, before anything of it is read."""
    return list(cut(path, survey(path), SIZE))


def messages_in(path: Path) -> Iterator[Fetched]:
    """Give the messages of an archive in their order; it is found and cut at once, and read as they are asked for."""
    parts = parts_of(path)
    return (message for part in parts for message in open_part(part, account="archive"))
