"""A file of an archive that cannot be read: read again from its place, or filed by hand with the file attached."""

import email
import sqlite3
from collections.abc import Callable
from email.policy import default
from pathlib import Path

import pytest

from pipeline.mail.archive.carried import file_as_mail

Statshop = Callable[..., tuple[int, str]]
LETTER = b"From: ann@example.org\r\nSubject: x\r\nMessage-ID: <1@example.org>\r\n\r\nHello.\r\n"
BROKEN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing of Outlook's"


@pytest.fixture
def filled(statshop: Statshop, house: Path) -> Path:
    """Import a folder of a letter and a .msg file that is damaged."""
    (house / "mail").mkdir()
    (house / "mail/good.eml").write_bytes(LETTER.replace(b"<1@", b"<2@"))
    (house / "mail/bad.msg").write_bytes(BROKEN)
    assert "set aside 1" in statshop("import", "mail")[1]
    return house


def test_it_is_read_again_from_its_place(statshop: Statshop, filled: Path) -> None:
    file = filled / "mail/bad.msg"
    status, said = statshop("set-aside", "retry", "1")
    assert (status, str(file) in said) == (1, True)
    file.unlink()
    file.mkdir()
    assert statshop("set-aside", "retry", "1")[0] == 1
    file.rmdir()
    status, said = statshop("set-aside", "retry", "1")
    assert (status, str(file) in said) == (1, True)
    assert f"{file} could not be read" in statshop("set-aside", "show", "1")[1]


def test_it_is_read_once_the_file_is_whole(statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (house / "mail").mkdir()
    (house / "mail/good.eml").write_bytes(LETTER.replace(b"<1@", b"<2@"))
    (house / "mail/closed.eml").write_bytes(LETTER)
    real = Path.open

    def opened(path: Path, *given: object, **named: object) -> object:
        if path.name == "closed.eml" and given[:1] == ("rb",) and closed:
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)  # type: ignore[arg-type] # as it was called

    closed = True
    monkeypatch.setattr(Path, "open", opened)
    statshop("import", "--here", "mail")
    closed = False
    status, said = statshop("set-aside", "retry", "1")
    assert (status, said) == (0, "1: It could be read: it is message 2 now.\n")
    assert statshop("set-aside", "list")[1] == "Nothing is set aside.\n"


def test_it_is_filed_by_hand_with_the_file(statshop: Statshop, filled: Path) -> None:
    status, said = statshop("set-aside", "release", "1")
    assert (status, "it is message 2 now" in said) == (0, True)
    with sqlite3.connect(filled / "var/statshop.db") as held:
        assert held.execute("SELECT origin, subject FROM message WHERE id = 2").fetchone() == ("archive", "bad.msg")
    statshop("person", "export", "nobody@example.org")
    assert statshop("verify")[0] == 0
    status, said = statshop("rebuild")
    assert status == 0


def test_what_is_filed_holds_the_file_whole(filled: Path) -> None:
    content = file_as_mail(filled / "mail/bad.msg")
    assert content == file_as_mail(filled / "mail/bad.msg")
    (attached,) = email.message_from_bytes(content, policy=default).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("bad.msg", BROKEN)


def test_lines_of_an_mbox_that_look_like_a_beginning_are_told(statshop: Statshop, house: Path) -> None:
    line = b"From ann@example.org Wed Mar  2 09:00:00 2011\n"
    (house / "a.mbox").write_bytes(line + LETTER.replace(b"\r\n", b"\n") + line + b"is how it began.\n")
    status, said = statshop("import", "a.mbox")
    assert (status, "stored 1" in said) == (0, True)
    assert "1 line looks like the beginning of a message and was taken for text" in said
