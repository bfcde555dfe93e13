"""Files that are named after a person: the name goes with what they wrote, and does not come back."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

Statshop = Callable[..., tuple[int, str]]
JANE, NAME = "jane.doe@example.org", "jane.doe@example.org - my disability claim.eml"


def letter(number: int, sender: str) -> str:
    head = f"From: {sender}\r\nMessage-ID: <{number}@example.org>\r\nDate: Wed, 2 Mar 2011 09:00:00 +0000\r\n"
    return f"{head}\r\nHello.\r\n"


@pytest.fixture
def filled(statshop: Statshop, house: Path) -> Path:
    """Hold a letter of Jane's in a file named after her, and one of Ann's."""
    (house / "mail").mkdir()
    (house / "mail" / NAME).write_text(letter(1, JANE))
    (house / "mail/ann.eml").write_text(letter(2, "ann@example.org"))
    assert statshop("import", "mail")[0] == 0
    return house


def everywhere(house: Path) -> str:
    """Give all that the database holds, as text."""
    with sqlite3.connect(house / "var/statshop.db") as held:
        return "\n".join(held.iterdump())


def test_the_name_of_a_file_goes_with_its_last_message(statshop: Statshop, filled: Path) -> None:
    assert f"An imported file is named after it: {filled / 'mail' / NAME}" in statshop("person", "find", JANE)[1]
    statshop("person", "erase", JANE, "--yes")
    assert "disability claim" not in everywhere(filled)
    assert "disability claim" not in statshop("export")[1]
    assert "ann.eml" in everywhere(filled)
    assert "named after" not in statshop("person", "find", JANE)[1]
    assert statshop("verify")[0] == 0


def test_the_name_does_not_come_back_with_the_file(statshop: Statshop, filled: Path) -> None:
    statshop("person", "erase", JANE, "--yes")
    (filled / "mail/bob.eml").write_text(letter(3, "bob@example.org"))
    status, said = statshop("import", "mail")
    assert (status, "stored 1" in said) == (0, True)
    assert "disability claim" not in everywhere(filled)
    assert "bob.eml" in everywhere(filled)


def test_the_name_does_not_come_back_after_a_restore(statshop: Statshop, filled: Path) -> None:
    statshop("backup", "old.db")
    new = filled / "mail" / "jane.doe@example.org, second.eml"
    new.write_text(letter(4, JANE))
    statshop("import", "mail")
    statshop("person", "erase", JANE, "--yes")
    statshop("restore", "old.db", "--replace")
    statshop("import", "mail")
    assert "jane.doe" not in everywhere(filled)
    assert statshop("verify")[0] == 0


def test_a_file_of_several_people_loses_the_name_of_the_one_who_is_erased(statshop: Statshop, filled: Path) -> None:
    box = "".join(
        f"From x Wed Mar  2 09:00:00 2011\n{letter(number, who)}\n" for number, who in ((5, JANE), (6, "eve@x.org"))
    )
    (filled / f"{JANE}.mbox").write_text(box.replace("\r\n", "\n"))
    statshop("import", f"{JANE}.mbox")
    statshop("person", "erase", JANE, "--yes")
    assert "jane.doe" not in everywhere(filled)
    assert statshop("person", "find", "eve@x.org")[1].startswith("Written by this address: 4\n")


def test_retention_takes_the_names_of_files(statshop: Statshop, filled: Path) -> None:
    (filled / "config.toml").write_text("[retention]\ntext_months = 1\nraw_months = 1\nattachments_months = 1\n")
    assert statshop("retention")[0] == 0
    assert "disability claim" not in everywhere(filled)
    assert "ann.eml" not in everywhere(filled)


def test_what_is_said_of_a_file_that_could_not_be_read_goes_as_well(statshop: Statshop, filled: Path) -> None:
    gone = filled / "mail" / f"2011_{JANE}-2.eml"
    gone.symlink_to(filled / "nowhere")
    statshop("import", "mail")
    assert "jane.doe" in statshop("set-aside", "list")[1]
    assert f"An imported file is named after it: {gone}" in statshop("person", "find", JANE)[1]
    statshop("person", "erase", JANE, "--yes")
    assert "jane.doe" not in everywhere(filled)
    assert statshop("set-aside", "list")[1] == "Nothing is set aside.\n"
    assert statshop("verify")[0] == 0


def test_what_is_left_of_a_name_that_was_taken_away_before_is_found(statshop: Statshop, filled: Path) -> None:
    (filled / "mail" / f"{JANE}, second.eml").symlink_to(filled / "nowhere")
    statshop("import", "mail")
    with sqlite3.connect(filled / "var/statshop.db") as held:
        held.execute("UPDATE folder SET name = 'erased 1' WHERE name LIKE '%second%'")
    assert "An imported file is named after it: erased 1\n" in statshop("person", "find", JANE)[1]
    statshop("person", "erase", JANE, "--yes")
    assert "jane.doe" not in everywhere(filled)


def test_an_import_that_was_broken_off_names_nobody(
    statshop: Statshop, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filled / "more").mkdir()
    (filled / "more/1.eml").write_text(letter(3, "bob@example.org"))
    (filled / "more" / f"{JANE}.eml").write_text(letter(4, JANE))
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.commands.large._here", lambda *given: None)  # as if it had ended at once
        statshop("import", "more")
    assert "file to read that is named after it" in statshop("person", "find", JANE)[1]
    statshop("person", "erase", JANE, "--yes")
    assert "jane.doe" not in everywhere(filled)
    assert "stored 2" in statshop("import", "more")[1]


def test_an_import_that_another_replaced_names_nobody(
    statshop: Statshop, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filled / "more").mkdir()
    (filled / "more" / f"{JANE}.eml").write_text(letter(4, JANE))
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.commands.large._here", lambda *given: None)
        statshop("import", "more")
    (filled / "more" / f"{JANE}.eml").rename(filled / "more/1.eml")
    statshop("import", "more")
    statshop("person", "erase", JANE, "--yes")
    assert "jane.doe" not in everywhere(filled)
