"""`statshop person` and `retention`, as somebody meets them who has a request on the desk."""

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fakes.letters import lay_out, letter

from pipeline.commands.main import run
from pipeline.commands.person import answer_by

from .conftest import logs_kept

Statshop = Callable[..., tuple[int, str]]
JANE = "jane.doe@example.org"
CANARY = "zanzibarcanary"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import a letter of Jane's, one that quotes her, and another's; issue the month's digest. Once for all tests."""
    house = tmp_path_factory.mktemp("template")
    jane = f"We use the Citizenship Survey report to plan our services, says {CANARY}."
    lay_out(
        house,
        letter(1, jane, sender=f"Jane <{JANE}>", subject="Use 1"),
        letter(2, f"As {JANE} said to us.", sender="ann@example.org", subject="Use 2"),
        letter(3, "We use the Citizenship Survey to plan services.", sender="bob@example.org", subject="Use 3"),
    )
    config = ["--config", str(house / "config.toml")]
    with logs_kept():
        assert run(["import", str(house / "mail"), *config]) == 0
        assert run(["digest", "2011-03", "--issue", *config]) == 0
    return house


@pytest.fixture
def filled(template: Path, statshop: Statshop, house: Path) -> Path:
    """Give a copy of the template to work in."""
    shutil.copytree(template, house, dirs_exist_ok=True)
    return house


def everything_below(folder: Path) -> bytes:
    held = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                held += [packed.read(name) for name in packed.namelist()]
        elif path.is_file():
            held.append(path.read_bytes())
    return b"\0".join(held).lower()


def test_find_names_each_role_and_the_day_of_the_answer(statshop: Statshop, filled: Path) -> None:
    status, said = statshop("person", "find", JANE.upper())
    assert status == 0
    assert "Written by this address: 1\n" in said
    assert "Of others, naming it: 2\n" in said
    assert "Article 12(3)" in said


def test_export_hands_over_the_mail_as_it_came(statshop: Statshop, filled: Path) -> None:
    statshop("person", "export", JANE, "--to", "jane.zip")
    assert stat.S_IMODE((filled / "jane.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(filled / "jane.zip") as packed:
        assert packed.read("messages/1.eml") == (filled / "mail/1.eml").read_bytes()
        assert json.loads(packed.read("messages/1.json"))["sender_address"] == JANE
        assert json.loads(packed.read("named.json")) == [2]
        assert "messages/2.eml" not in packed.namelist()


def spoil(house: Path, table: str, column: str) -> None:
    """Damage a packed column of all rows, as a disk does."""
    with sqlite3.connect(house / "var/statshop.db") as held:
        for row, packed in held.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
            held.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (packed[:-1] + b"?", row))


@pytest.mark.parametrize("damaged", ["json", "eml"])
def test_export_hands_over_what_is_sound_and_names_the_rest(statshop: Statshop, filled: Path, damaged: str) -> None:
    spoil(filled, *(("message_text", "zones") if damaged == "json" else ("message_raw", "body")))
    assert statshop("person", "export", JANE, "--to", "jane.zip")[0] == 0
    with zipfile.ZipFile(filled / "jane.zip") as packed:
        names = {name for name in packed.namelist() if name.startswith("messages/")}
        said = packed.read("README.txt").decode()
    assert names == {"messages/1.json", "messages/1.eml"} - {f"messages/1.{damaged}"}
    assert f"since the disk has damaged it:\nmessages/1.{damaged}\n" in said
    assert statshop("person", "export", JANE, "--to", "jane.zip")[0] == 0


def test_what_is_set_aside_and_damaged_is_told(statshop: Statshop, filled: Path) -> None:
    (filled / "deep").mkdir()
    (filled / "deep/1.eml").write_text(f"From: Jane <{JANE}>\r\n" + "Content-Type: message/rfc822\r\n\r\n" * 200)
    statshop("import", "deep")
    assert "damaged" not in statshop("person", "find", JANE)[1]
    spoil(filled, "set_aside_raw", "body")
    told = "Set aside and damaged, so that nobody can tell whose it is: 1\n"
    assert told in statshop("person", "find", JANE)[1]
    assert told in statshop("person", "erase", JANE)[1]


@pytest.mark.parametrize("place", ["var/statshop.db", "letter.doc", "other.zip", "mail", "nowhere/jane.zip"])
def test_export_writes_over_nothing_but_an_earlier_export(statshop: Statshop, filled: Path, place: str) -> None:
    (filled / "letter.doc").write_bytes(b"a letter")
    with zipfile.ZipFile(filled / "other.zip", "w") as packed:
        packed.writestr("README.txt", "something else")
    there = filled / place
    before = there.read_bytes() if there.is_file() else there.exists()
    status, said = statshop("person", "export", JANE, "--to", place)
    assert (status, f"Nothing was written to {place}" in said) == (1, True)
    assert (there.read_bytes() if there.is_file() else there.exists()) == before
    assert [statshop("person", "export", JANE, "--to", "jane.zip")[0] for _ in range(2)] == [0, 0]


def test_what_is_set_aside_goes_with_its_writer_alone(statshop: Statshop, filled: Path) -> None:
    (filled / "deep").mkdir()
    nested = "Content-Type: message/rfc822\r\n\r\n" * 200
    (filled / "deep/1.eml").write_text(f"From: Jane <{JANE}>\r\n{nested}")
    (filled / "deep/2.eml").write_text(f"From: carl@example.org\r\nCc: {JANE}\r\n{nested}")
    (filled / "deep/3.eml").write_text(f"From: mary-{JANE}\r\n{nested}")
    statshop("import", "deep")
    statshop("person", "export", JANE, "--to", "jane.zip")
    with zipfile.ZipFile(filled / "jane.zip") as packed:
        assert [name for name in packed.namelist() if name.startswith("set-aside/")] == [
            "set-aside/1.json",
            "set-aside/1.eml",
        ]
        assert json.loads(packed.read("set-aside-named.json")) == [2]
    said = statshop("person", "erase", JANE, "--yes")[1]
    assert "Erased 1 message and 1 set aside." in said
    assert "Messages of others set aside that name the address stay: 2." in said
    assert "1 message and 1 set aside would be erased" in statshop("person", "erase", JANE, "--named")[1]


@pytest.mark.parametrize("words", ["", "@", "Leeds"])
def test_what_is_no_address_finds_and_erases_nobody(statshop: Statshop, filled: Path, words: str) -> None:
    for action in (("find",), ("export", "--to", "all.zip"), ("erase", "--yes")):
        status, said = statshop("person", action[0], words, *action[1:])
        assert status == 1
        assert "is not an address" in said
    assert not (filled / "all.zip").exists()


def test_an_address_is_taken_out_of_its_name(statshop: Statshop, filled: Path) -> None:
    assert "Written by this address: 1\n" in statshop("person", "find", f"Jane Doe <{JANE}>")[1]


def test_erase_without_yes_changes_nothing(statshop: Statshop, filled: Path) -> None:
    before = statshop("export")[1]
    assert "1 message and 0 set aside would be erased" in statshop("person", "erase", JANE)[1]
    assert statshop("export")[1] == before


def test_erase_takes_every_word_and_keeps_every_count(statshop: Statshop, filled: Path) -> None:
    public = {path: path.read_bytes() for path in (filled / "var/digests").rglob("public/*")}
    assert CANARY.encode() in everything_below(filled / "var")
    statshop("backup", "old.db")
    status, said = statshop("person", "erase", JANE, "--yes")
    assert status == 0
    assert CANARY.encode() not in everything_below(filled / "var")
    assert {path: path.read_bytes() for path in public} == public
    assert "A backup of" in said
    assert "old.db" in said
    assert "Messages of others that name the address stay: 2." in said
    statshop("import", "mail")
    assert CANARY not in statshop("export")[1]
    assert statshop("verify")[0] == 0
    assert statshop("retag")[0] == 0
    statshop("restore", "old.db", "--replace")
    assert CANARY.encode() not in everything_below(filled / "var")


def test_a_restored_database_still_names_its_backups(statshop: Statshop, filled: Path) -> None:
    statshop("backup", "old.db")
    statshop("backup", "newer.db")
    statshop("restore", "old.db", "--replace")
    said = statshop("person", "erase", JANE, "--yes")[1]
    assert "old.db. Delete it" in said
    assert "newer.db. Delete it" in said


def test_a_damaged_issue_keeps_nothing_else_from_being_told(statshop: Statshop, filled: Path) -> None:
    statshop("backup", "old.db")
    damaged = next((filled / "var/digests").rglob("internal/users-and-uses-*-internal.json"))
    damaged.write_text("{")
    status, said = statshop("person", "erase", JANE, "--yes")
    assert status == 1
    assert "A backup of" in said
    assert str(damaged.parent.parent.name) in said


def test_retention_says_what_would_go_and_takes_it(statshop: Statshop, filled: Path) -> None:
    assert "keep everything" in statshop("retention")[1]
    months = "raw_months = 1\nattachments_months = 2\ntext_months = 2\n"
    (filled / "config.toml").write_text(f"[retention]\n{months}")
    assert "3 messages as received would go" in statshop("retention", "--dry-run")[1]
    assert CANARY in statshop("export")[1]
    statshop("retention")
    assert CANARY not in statshop("export")[1]
    assert "0 messages as received would go" in statshop("retention", "--dry-run")[1]
    assert statshop("retag")[0] == 0
    assert statshop("rebuild")[0] == 0


def test_retention_names_the_day_in_london(statshop: Statshop, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.commands.retention.clock", lambda: datetime(2011, 11, 26, 12, tzinfo=UTC))
    (filled / "config.toml").write_text("[retention]\nraw_months = 6\n")
    assert "(arrived before 1 May 2011)" in statshop("retention", "--dry-run")[1]


def test_retention_that_would_keep_the_whole_longer_than_its_parts_is_refused(statshop: Statshop, house: Path) -> None:
    (house / "config.toml").write_text("[retention]\nraw_months = 24\nattachments_months = 12\ntext_months = 12\n")
    status, said = statshop("retention")
    assert status == 1
    assert "retention.raw_months" in said


@pytest.mark.parametrize(
    ("came", "answer"),
    [
        (date(2011, 3, 14), date(2011, 4, 14)),
        (date(2011, 1, 31), date(2011, 2, 28)),
        (date(2011, 12, 31), date(2012, 1, 31)),
    ],
)
def test_a_request_is_answered_within_a_month(came: date, answer: date) -> None:
    assert answer_by(came) == answer


def test_the_month_for_an_answer_begins_on_the_day_in_london(
    filled: Path, statshop: Statshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_past_midnight = datetime(2011, 5, 31, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("pipeline.commands.person.clock", lambda: half_past_midnight)
    assert "must be answered by 1 July 2011" in statshop("person", "find", JANE)[1]
