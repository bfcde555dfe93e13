"""Archives of messages - .eml, mbox, Maildir, .msg, folders of them - as the same stream a mailbox gives."""

from pipeline.mail.archive.find import ArchiveFile, Kind, Survey, file_at, survey, written
from pipeline.mail.archive.mbox import holds_several
from pipeline.mail.archive.parts import ArchivePart, cut, is_unseen, part_of
from pipeline.mail.archive.stream import doubts_told, open_part, warnings_of

__all__ = [
    "ArchiveFile",
    "ArchivePart",
    "Kind",
    "Survey",
    "cut",
    "doubts_told",
    "file_at",
    "holds_several",
    "is_unseen",
    "open_part",
    "part_of",
    "survey",
    "warnings_of",
    "written",
]
