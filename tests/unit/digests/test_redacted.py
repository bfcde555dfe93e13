"""An issue can be read back, and loses a person's words without losing a number."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from digests.digest import Digest, Edition
from digests.errors import IssueUnreadable
from digests.issues.redacted import read_digest, redact_issue, without_words
from digests.render.csv_files import csv_files
from digests.render.files import write_files
from digests.render.html import html_bytes
from digests.render.json_file import json_bytes
from digests.summary import Issuing
from storage.records import CountedMessage

Make = Callable[..., Digest]
NOW = datetime(2011, 5, 1, tzinfo=UTC)


def test_a_digest_read_back_makes_the_same_files(digest_of: Make, march: tuple[CountedMessage, ...]) -> None:
    digest = digest_of(march)
    again = read_digest(json_bytes(digest))
    assert json_bytes(again) == json_bytes(digest)
    assert csv_files(again) == csv_files(digest)
    assert html_bytes(again) == html_bytes(digest)


def test_without_words_keeps_every_number(digest_of: Make, march: tuple[CountedMessage, ...]) -> None:
    digest = digest_of(march)
    redacted = without_words(digest, {1})
    row = redacted.table("use-statements").rows[0]
    assert (row[2], row[-1], row[3]) == ("[withdrawn]", "[withdrawn]", 1)
    assert redacted.table("messages-by-user") == digest.table("messages-by-user")
    assert redacted.table("use-statements").rows[1] == digest.table("use-statements").rows[1]


def test_redact_issue_writes_the_files_again_and_keeps_their_hashes(
    digest_of: Make, march: tuple[CountedMessage, ...], tmp_path: Path
) -> None:
    issue = digest_of(march, issuing=Issuing(number=1))
    write_files(issue, tmp_path / "internal", formats=("html", "json", "csv"))
    paths = redact_issue(tmp_path, {1}, now=NOW, formats=("html", "json", "csv"))
    assert len(paths) > 3
    assert not any(b"in a thesis" in path.read_bytes() for path in paths)
    assert '"sha256_before"' in (tmp_path / "redactions.json").read_text(encoding="utf-8")
    assert redact_issue(tmp_path, {1}, now=NOW, formats=("html",)) == ()


def test_redact_issue_leaves_an_issue_alone_that_quotes_nobody(
    digest_of: Make, march: tuple[CountedMessage, ...], tmp_path: Path
) -> None:
    write_files(digest_of(march), tmp_path / "internal", formats=("json",))
    assert redact_issue(tmp_path, {999}, now=NOW) == ()
    assert not (tmp_path / "redactions.json").exists()


@pytest.mark.pango
def test_redact_issue_prints_the_pdf_again(digest_of: Make, march: tuple[CountedMessage, ...], tmp_path: Path) -> None:
    write_files(digest_of(march, issuing=Issuing(number=1)), tmp_path / "internal", formats=("json", "pdf"))
    (printed,) = (tmp_path / "internal").glob("*.pdf")
    assert "in a thesis" in words_of(printed)
    assert printed in redact_issue(tmp_path, {1}, now=NOW)
    assert "in a thesis" not in words_of(printed)
    assert "[withdrawn]" in words_of(printed)


def test_redact_issue_removes_a_pdf_that_cannot_be_printed_again(
    digest_of: Make, march: tuple[CountedMessage, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(digest_of(march, issuing=Issuing(number=1)), tmp_path / "internal", formats=("json",))
    (tmp_path / "internal/users-and-uses-2011-03-internal.pdf").write_bytes(b"%PDF in a thesis")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    redact_issue(tmp_path, {1}, now=NOW)
    assert not list((tmp_path / "internal").glob("*.pdf"))


def test_redact_issue_goes_on_where_it_was_broken_off(
    digest_of: Make, march: tuple[CountedMessage, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(digest_of(march, issuing=Issuing(number=1)), tmp_path / "internal", formats=("html", "json", "ods"))
    monkeypatch.setattr("digests.render.ods.ods_bytes", full)
    with pytest.raises(OSError, match="disk is full"):
        redact_issue(tmp_path, {1}, now=NOW, formats=("html", "json", "ods"))
    monkeypatch.undo()
    assert any(path.suffix == ".ods" for path in redact_issue(tmp_path, {1}, now=NOW, formats=("html", "json", "ods")))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        pytest.param(lambda file: file.unlink(), "its JSON file is missing", id="missing"),
        pytest.param(lambda file: file.write_bytes(b'{"edition": "pub'), "is damaged", id="cut off"),
        pytest.param(lambda file: file.write_bytes(b"{}"), "is damaged", id="not a digest"),
        pytest.param(lambda file: file.write_bytes(b"[]"), "is damaged", id="a list"),
    ],
)
def test_redact_issue_says_which_folder_cannot_be_read(
    digest_of: Make,
    march: tuple[CountedMessage, ...],
    tmp_path: Path,
    damage: Callable[[Path], None],
    why: str,
) -> None:
    issue = digest_of(march, issuing=Issuing(number=1))
    write_files(issue, tmp_path / "internal", formats=("json",))
    (file,) = write_files(replace(issue, edition=Edition.PUBLIC), tmp_path / "public", formats=("json",))
    damage(file)
    with pytest.raises(IssueUnreadable, match=why) as raised:
        redact_issue(tmp_path, {1}, now=NOW)
    assert str(tmp_path / "public") in str(raised.value)


def words_of(printed: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(printed).pages)


def full(*_: object) -> bytes:
    raise OSError("the disk is full")
