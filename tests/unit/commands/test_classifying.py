"""How message files are found and named."""

from pathlib import Path

import pytest

from pipeline.commands.classifying import files_in
from pipeline.errors import NoSuchPath
from pipeline.mail.archive import survey
from pipeline.mail.errors import NotAnArchive


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
