"""A file of an archive that cannot be read: read again from its place, or filed by hand with the file attached."""

import email
import os
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
        reasons = held.execute("SELECT reasons FROM message WHERE id = 2").fetchone()[0]
    assert ("bad.msg" in reasons, str(filled) in reasons) == (True, False), reasons
    statshop("person", "export", "nobody@example.org")
    assert statshop("verify")[0] == 0
    status, said = statshop("rebuild")
    assert status == 0


def test_what_is_filed_holds_the_file_whole(filled: Path) -> None:
    content = file_as_mail(filled / "mail/bad.msg")
    assert content == file_as_mail(filled / "mail/bad.msg")
    (attached,) = email.message_from_bytes(content, policy=default).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("bad.msg", BROKEN)


def box_of(count: int) -> bytes:
    """Build an mbox of several people's letters."""
    line, letter = b"From ann@example.org Wed Mar  2 09:00:00 2011\n", LETTER.replace(b"\r\n", b"\n")
    return b"".join(line + letter.replace(b"<1@", b"<box-%d@" % number) + b"\n" for number in range(count))


@pytest.fixture
def away(statshop: Statshop, house: Path) -> Path:
    """Import a folder in which a name points to a disk that is not mounted; give where its mbox would lie."""
    (house / "mail").mkdir()
    (house / "mail/good.eml").write_bytes(LETTER)
    (house / "mail/big.mbox").symlink_to(house / "disk/big.mbox")
    assert "set aside 1" in statshop("import", "mail")[1]
    (house / "disk").mkdir()
    return house / "disk/big.mbox"


def test_every_message_of_an_mbox_is_filed_once_it_can_be_read(statshop: Statshop, away: Path) -> None:
    away.write_bytes(box_of(7))
    status, said = statshop("set-aside", "retry", "1")
    assert (status, "It could be read: it is message 8 now. 6 other messages of its file" in said) == (0, True)
    assert statshop("set-aside", "list")[1] == "Nothing is set aside.\n"
    assert statshop("export")[1].count('"kind": "message"') == 8
    assert "stored 0, duplicates 8" in statshop("import", "mail")[1]


def test_an_mbox_that_breaks_off_again_stays_set_aside(statshop: Statshop, away: Path) -> None:
    away.write_bytes(box_of(3))
    away.chmod(0)
    if os.access(away, os.R_OK):  # root may read anything
        away.unlink()
    status, said = statshop("set-aside", "retry", "1")
    assert (status, "big.mbox cannot be read" in said) == (1, True)
    assert "big.mbox" in statshop("set-aside", "list")[1]


def test_a_mail_that_is_held_already_waits_no_longer(statshop: Statshop, away: Path) -> None:
    away.write_bytes(b"From ann@example.org Wed Mar  2 09:00:00 2011\n" + LETTER.replace(b"\r\n", b"\n"))
    assert "it is message 1 now." in statshop("set-aside", "retry", "1")[1]
    assert statshop("set-aside", "list")[1] == "Nothing is set aside.\n"


def test_an_mbox_is_not_filed_by_hand_as_one_message(statshop: Statshop, away: Path) -> None:
    away.write_bytes(box_of(3))
    status, said = statshop("set-aside", "release", "1")
    assert (status, "is an mbox: other messages lie in it" in said) == (1, True)
    assert "big.mbox" in statshop("set-aside", "list")[1]


def test_a_message_of_an_mbox_that_is_too_large_takes_no_other_along(
    statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.mail.archive.stream.LARGEST", 3_000)
    first, second, third = box_of(3).split(b"\n\nHello.\n\n")[:3]
    big = b"\n\n" + b"x" * 4_000 + b"\n\n"
    (house / "a.mbox").write_bytes(first + b"\n\nHello.\n\n" + second + big + third + b"\n\nHello.\n\n")
    assert "stored 2, duplicates 0, set aside 1" in statshop("import", "--here", "a.mbox")[1]
    byte = len(first) + len(b"\n\nHello.\n\n") + 1
    assert (
        f"The message at byte {byte} of {house / 'a.mbox'} could not be read" in statshop("set-aside", "show", "1")[1]
    )
    status, said = statshop("set-aside", "release", "1")
    assert (status, f"The message begins at byte {byte}" in said) == (1, True)
    monkeypatch.undo()
    monkeypatch.chdir(house)
    assert "It could be read: it is message 3 now." in statshop("set-aside", "retry", "1")[1]


def test_a_file_that_is_too_large_is_not_attached(
    statshop: Statshop, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.mail.archive.carried.LARGEST", 5)
    status, said = statshop("set-aside", "release", "1")
    assert (status, "too many for one message" in said) == (1, True)


@pytest.mark.parametrize("do", ["retry", "release"])
def test_a_file_of_a_maildir_and_one_whose_name_is_no_text_are_found(
    statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    for part in ("cur", "new", "tmp"):
        (house / "mail/box" / part).mkdir(parents=True)
    strange = house / "mail" / os.fsdecode(b"b\xf6x")
    strange.mkdir()
    (house / "mail/box/new/17.host").write_bytes(LETTER.replace(b"<1@", b"<2@") + b"x" * 400)
    (strange / os.fsdecode(b"caf\xe9.eml")).write_bytes(LETTER.replace(b"<1@", b"<3@") + b"x" * 400)
    with monkeypatch.context() as small:
        small.setattr("pipeline.mail.archive.stream.LARGEST", 300)
        assert "set aside 2" in statshop("import", "--here", "mail")[1]
    (house / "mail/box/new/17.host").rename(house / "mail/box/cur/17.host:2,S")
    for number in ("1", "2"):
        status, said = statshop("set-aside", do, number)
        assert (status, "it is message" in said) == (0, True), said
    assert statshop("set-aside", "list")[1] == "Nothing is set aside.\n"
    assert statshop("verify")[0] == 0


def test_lines_of_an_mbox_that_look_like_a_beginning_are_told(statshop: Statshop, house: Path) -> None:
    line = b"From ann@example.org Wed Mar  2 09:00:00 2011\n"
    (house / "a.mbox").write_bytes(line + LETTER.replace(b"\r\n", b"\n") + line + b"is how it began.\n")
    status, said = statshop("import", "a.mbox")
    assert (status, "stored 1" in said) == (0, True)
    assert "1 line looks like the beginning of a message and was taken for text" in said
