"""What lies under a path: which files hold messages, and of which kind."""

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.mail.errors import ArchiveUnreadable, NotAnArchive

_LOOKED_AT = 8192
_MAIL_HEADER = re.compile(
    rb"^(from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|reply-to|sender|x-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_ANY_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_INFO = re.compile(r"[:!;]2,[A-Za-z]*$")  # flags after the unique name; "!" and ";" where ":" is not allowed
_MBOX_NAMES = (".mbox", ".mboxo", ".mboxrd", ".mboxcl", ".mboxcl2", ".mbx")


class Kind(StrEnum):
    """What a file is."""

    EML = "eml"  # one message
    MBOX = "mbox"  # many, each after a line that begins with "From "
    MAILDIR = "maildir"  # one message in the cur or new of a Maildir
    MSG = "msg"  # one message as Outlook saves it


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveFile:
    """A file that holds messages; `place` names it for good: the path, in a Maildir without its flags."""

    path: Path
    kind: Kind
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """All files of an archive, in the order they are read, and the others that lie among them."""

    files: tuple[ArchiveFile, ...]
    left_out: tuple[Path, ...] = ()


def written(path: Path) -> str:
    """Write a path as text that any database holds: escapes stand for what is no UTF-8 (an old disk, a Windows zip)."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def survey(path: Path) -> Survey:
    """Find what a path holds; raises NotAnArchive for one that holds no messages at all."""
    whole = path.absolute()
    if whole.is_dir():
        return _survey_folder(whole)
    if not whole.exists():
        raise NotAnArchive(written(path), "is not there")
    kind = kind_of(whole)
    if kind is None:
        raise NotAnArchive(written(path), "does not begin as a message or an mbox does")
    return Survey(files=(ArchiveFile(path=whole, kind=kind, place=written(whole)),))


def file_at(place: str) -> ArchiveFile | Path:
    """Find the file that an archive names so for good, or the path of one that is no message; raises ArchiveUnreadable.

    Its flags may have changed, or its name have been written with escapes.
    """
    try:
        return _found_at(place)
    except OSError as error:  # a folder in which we may not look
        raise ArchiveUnreadable(place, error.strerror or "it cannot be found") from error


def _found_at(place: str) -> ArchiveFile | Path:
    *folders, name = Path(place).parts
    folder = Path(folders[0])
    for part in folders[1:]:
        folder = folder / part if os.path.lexists(folder / part) else _called(folder, part)
    listed = _maildir_files(folder) if is_maildir(folder) else iter(())
    if found := next((file for file in listed if written(Path(unique_name(file.path.name))) == name), None):
        return found
    path = folder / name if os.path.lexists(folder / name) else _called(folder, name)
    return _archive_file(path)


def _called(folder: Path, name: str) -> Path:
    """Find what is called so in a folder where escapes stand for what is no UTF-8; raises ArchiveUnreadable."""
    found = next((path for path in _listed(folder) if written(Path(path.name)) == name), None)
    if found is None:
        raise ArchiveUnreadable(written(folder / name), os.strerror(errno.ENOENT))
    return found


def kind_of(path: Path) -> Kind | None:
    """Tell the kind of a file by its name, else by its first bytes; raises ArchiveUnreadable."""
    suffix = path.suffix.lower()
    if suffix == ".msg":
        return Kind.MSG
    if suffix == ".eml":
        return Kind.EML
    begin = _beginning(path)
    if begin.startswith(b"From "):
        return Kind.MBOX
    if not begin.strip():
        return Kind.MBOX if suffix in _MBOX_NAMES else None
    return Kind.EML if _begins_as_message(begin) else None


def unique_name(name: str) -> str:
    """Give the part of a Maildir file's name that stays when its flags change. Pure."""
    return _INFO.sub("", name)


def is_maildir(folder: Path) -> bool:
    """Say whether a folder is a Maildir; `tmp` may be missing in a copy of one."""
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _survey_folder(folder: Path) -> Survey:
    files: list[ArchiveFile] = []
    left_out: list[Path] = []
    for found in _walk(folder):
        if isinstance(found, ArchiveFile):
            files.append(found)
        else:
            left_out.append(found)
    if not files and not any(is_maildir(place) for place in (folder, *_folders_in(folder))):
        many = "one file" if len(left_out) == 1 else f"{len(left_out)} files"
        others = f", only {many} of other kinds" if left_out else ""
        raise NotAnArchive(str(folder), f"holds no message{others}")
    return Survey(files=tuple(files), left_out=tuple(left_out))


def _walk(folder: Path) -> Iterator[ArchiveFile | Path]:
    """Go through a folder and those in it, in order; a Maildir's own three folders are read as one."""
    maildir = is_maildir(folder)
    if maildir:
        yield from _maildir_files(folder)
    for path in _listed(folder):
        if path.is_symlink() and path.is_dir():
            yield path  # it may lead round in a circle
            continue
        if path.is_dir():
            if not (maildir and path.name in ("cur", "new", "tmp")):
                yield from _walk(path)
        elif not maildir:
            yield _archive_file(path)


def _archive_file(path: Path) -> ArchiveFile | Path:
    try:
        kind = kind_of(path)
    except ArchiveUnreadable:
        kind = Kind.EML  # told of when it is read
    return ArchiveFile(path=path, kind=kind, place=written(path)) if kind else path


def _maildir_files(maildir: Path) -> Iterator[ArchiveFile]:
    """List the messages of a Maildir by unique name; what is still in tmp is not delivered yet."""
    names = {unique_name(path.name): path for part in ("new", "cur") for path in _listed(maildir / part)}
    for name, path in sorted(names.items()):
        if path.is_file() and not name.startswith("."):
            yield ArchiveFile(path=path, kind=Kind.MAILDIR, place=written(maildir / name))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise ArchiveUnreadable(written(folder), error.strerror or "it cannot be listed") from error


def _folders_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_dir())


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LOOKED_AT)
    except OSError as error:
        raise ArchiveUnreadable(written(path), error.strerror or "it cannot be opened") from error


def _begins_as_message(begin: bytes) -> bool:
    """Look for a header block with at least one header that mail has; any text may begin with "Title:"."""
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    header = re.split(rb"\r?\n\r?\n|\r\r", text, maxsplit=1)[0].replace(b"\r", b"\n")
    return _ANY_HEADER.match(header) is not None and _MAIL_HEADER.search(header) is not None
