"""How message files are found and named."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.commands.classifying import files_in, read_files
from pipeline.errors import NoSuchPath, SeveralMessages
from pipeline.flow.reading import Unread
from pipeline.mail.archive import Kind, survey
from pipeline.mail.errors import NotAnArchive
from pipeline.mail.message import RawMessage

NOW = datetime(2011, 4, 4, tzinfo=UTC)


def made(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Subject: x\n\ny\n")


def test_files_are_named_relative_to_the_folder_given(tmp_path: Path) -> None:
    made(tmp_path / "b.eml", tmp_path / "sub" / "a.EML", tmp_path / "notes.txt")
    assert [file.name for file in files_in([tmp_path])] == ["b.eml", "sub/a.EML"]


def test_equal_names_of_two_folders_are_told_apart(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    made(one / "a.eml", two / "a.eml", two / "b.eml")
    assert [file.name for file in files_in([one, two])] == [f"{one}/a.eml", f"{two}/a.eml", "b.eml"]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath, match="gone"):
        files_in([tmp_path / "gone"])


def test_a_file_that_is_no_mail_is_refused_as_an_import_refuses_it(tmp_path: Path) -> None:
    """Else settings or a text would be tagged as a letter, and nobody be told."""
    settings = tmp_path / "config.toml"
    settings.write_text('[site]\nname = "x"\n')
    with pytest.raises(NotAnArchive) as refused:
        files_in([settings])
    with pytest.raises(NotAnArchive) as imported:
        survey(settings)
    assert str(refused.value) == str(imported.value)


def test_a_file_without_an_ending_that_begins_as_mail_is_listed(tmp_path: Path) -> None:
    made(tmp_path / "letter")
    assert [file.name for file in files_in([tmp_path / "letter"])] == ["letter"]


LINE = b"From ann@example.org Tue Mar  1 10:00:00 2011\n"
MAIL = b"From: ann@example.org\nSubject: x\n\ny\n\n"


def test_a_file_of_several_messages_is_not_tagged_as_one(tmp_path: Path) -> None:
    path = tmp_path / "march.mbox"
    path.write_bytes((LINE + MAIL) * 2)
    with pytest.raises(SeveralMessages, match="statshop import"):
        files_in([path])
    path.write_bytes(LINE + MAIL)
    assert [file.kind for file in files_in([path])] == [Kind.MBOX]


def outlook_file(folder: Path) -> Path:
    path = folder / "one.msg"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    return path


class Echo:
    """A reader that says what it got."""

    def read(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[tuple[RawMessage, Unread]]:
        for raw in raws:
            yield raw, Unread(reason=raw.raw.decode())


def told_of(path: Path) -> list[str]:
    """Read a file and give what the reader got of it, or why it got nothing."""
    return [outcome.reason for _, outcome in read_files(files_in([path]), Echo(), NOW)]


def test_an_outlook_file_is_read_as_an_import_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library for it is an extra, which is not here: its place is taken."""
    monkeypatch.setattr(
        "pipeline.commands.classifying.message_of_msg", lambda path: b"Subject: from " + path.name.encode()
    )
    assert told_of(outlook_file(tmp_path)) == ["Subject: from one.msg"]


def test_an_outlook_file_without_its_library_is_told_of_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "extract_msg", None)
    (told,) = told_of(outlook_file(tmp_path))
    assert "pip install 'statshop-triage[msg]'" in told
