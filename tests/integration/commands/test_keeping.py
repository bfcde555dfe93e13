"""`statshop backup`, `restore` and `verify`, as their user meets them."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

Statshop = Callable[..., tuple[int, str]]
LETTER = b"From: ann@example.org\r\nTo: team@example.org\r\nSubject: One\r\n\r\nHow many people volunteer?\r\n"


def test_back_up_lose_restore_verify(statshop: Statshop, house: Path) -> None:
    (house / "one.eml").write_bytes(LETTER)
    assert statshop("import", "one.eml")[0] == 0
    before = statshop("export")[1]
    assert statshop("backup", "kept.db")[0] == 0
    for file in (house / "var").iterdir():
        file.unlink()
    status, said = statshop("restore", "kept.db")
    assert (status, said.splitlines()[0]) == (0, "Restored 1 message. Check them with: statshop verify")
    assert "Shut out again who was shut out since: statshop user list" in said
    status, said = statshop("verify")
    assert (status, "1 message are those that were received" in said) == (0, True)
    assert statshop("export")[1] == before


def test_restoring_over_messages_is_refused_in_words(statshop: Statshop, house: Path) -> None:
    (house / "one.eml").write_bytes(LETTER)
    statshop("import", "one.eml")
    statshop("backup", "kept.db")
    status, said = statshop("restore", "kept.db")
    assert status == 1
    assert "restore with --replace" in said


def test_what_a_rebuild_mends_is_not_said_to_need_a_backup(statshop: Statshop, house: Path) -> None:
    (house / "one.eml").write_bytes(LETTER)
    statshop("import", "one.eml")
    with sqlite3.connect(house / "var/statshop.db") as held:
        held.execute("UPDATE message_text SET zones = x'28b52ffd'")
        held.execute("DELETE FROM search_text")
    status, said = statshop("verify")
    assert (status, "statshop rebuild mends them; restore the last good backup for what" in said) == (1, True)
    with sqlite3.connect(house / "var/statshop.db") as held:
        held.execute("UPDATE message SET raw_sha256 = 'other'")
    assert "statshop rebuild mends 2 of them; " in statshop("verify")[1]
    with sqlite3.connect(house / "var/statshop.db") as held:
        held.execute("UPDATE message SET raw_sha256 = mail_sha256")
    assert statshop("rebuild")[0] == 0
    assert statshop("verify")[0] == 0
    with sqlite3.connect(house / "var/statshop.db") as held:
        held.execute("UPDATE message SET raw_sha256 = 'other'")
    assert "1 message compared. Restore the last good backup.\n" in statshop("verify")[1]


def test_verify_counts_what_is_set_aside_apart_from_the_messages(statshop: Statshop, house: Path) -> None:
    (house / "one.eml").write_bytes(LETTER)
    (house / "bad.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing of Outlook's")
    statshop("import", "bad.msg")  # a file that could not be read, of which no bytes are held
    (house / "deep.eml").write_bytes(b"From: ann@example.org\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 200)
    statshop("import", "one.eml")
    assert "set aside 1" in statshop("import", "deep.eml")[1]
    assert "The bytes of 1 message and 1 set aside are those that were received." in statshop("verify")[1]
    with sqlite3.connect(house / "var/statshop.db") as held:
        held.execute("UPDATE set_aside SET raw_sha256 = 'other'")
    status, said = statshop("verify", "--anew")
    assert (status, "1 fault; 1 message and 1 set aside compared." in said) == (1, True)
    with sqlite3.connect(house / "var/statshop.db") as held:
        held.execute("UPDATE tag SET queue_rank = 9")  # tables that disagree are told without a large work
    assert "1 message and 1 set aside compared." in statshop("verify")[1]
