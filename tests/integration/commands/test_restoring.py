"""`statshop restore` where people were erased, or asked not to be invited, after the backup was made."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

Statshop = Callable[..., tuple[int, str]]
JANE, ANN = "jane.doe@example.org", "ann@example.org"


def letter(number: int, sender: str) -> str:
    return (
        f"From: {sender}\r\nSubject: x\r\nMessage-ID: <{number}@example.org>\r\n\r\nWe use the Citizenship Survey.\r\n"
    )


@pytest.fixture
def filled(statshop: Statshop, house: Path) -> Path:
    """Hold a letter of Jane's and one of Ann's, backed up as old.db."""
    (house / "mail").mkdir()
    (house / "mail/1.eml").write_text(letter(1, JANE))
    (house / "mail/2.eml").write_text(letter(2, ANN))
    statshop("import", "mail")
    statshop("backup", "old.db")
    return house


def database(house: Path) -> Path:
    return house / "var/statshop.db"


def change(file: Path, *statements: str) -> None:
    changed = sqlite3.connect(file)
    for statement in statements:
        changed.execute(statement)
    changed.commit()
    changed.close()


def damage(file: Path) -> None:
    file.write_bytes(b"not a database at all " * 400)


def test_another_key_is_told_before_anything_is_replaced(statshop: Statshop, filled: Path) -> None:
    statshop("person", "erase", JANE, "--yes")
    statshop("backup", "erased.db")
    key = database(filled).with_name("statshop.db.key")
    key.write_text("0" * 64)
    before = statshop("export")[1]
    (filled / "mail/3.eml").write_text(letter(3, ANN))
    status, said = statshop("restore", "erased.db", "--replace")
    assert status == 1
    assert f"in {key} is not the one of this backup" in said
    assert "The right one lies in erased.db.key" in said
    assert statshop("export")[1] == before
    key.write_bytes((filled / "erased.db.key").read_bytes())
    assert statshop("restore", "erased.db", "--replace")[0] == 0
    assert statshop("import", "mail")[0] == 0


def test_a_lost_key_is_told_before_anything_is_replaced(statshop: Statshop, filled: Path) -> None:
    statshop("person", "erase", JANE, "--yes")
    database(filled).with_name("statshop.db.key").unlink()
    status, said = statshop("restore", "old.db", "--replace")
    assert (status, "statshop.db.key back" in said) == (1, True)
    assert JANE not in statshop("export")[1]


def test_the_key_beside_the_backup_comes_along_to_an_empty_house(statshop: Statshop, filled: Path) -> None:
    statshop("person", "erase", JANE, "--yes")
    statshop("backup", "erased.db")
    for file in (filled / "var").iterdir():
        if file.is_file():
            file.unlink()
    assert statshop("restore", "erased.db")[0] == 0
    statshop("import", "mail")
    assert JANE not in statshop("export")[1]


@pytest.mark.parametrize(
    ("revision", "as_it_was"),
    [("0003", "DROP TABLE opt_out"), ("9999", "ALTER TABLE tombstone ADD COLUMN more TEXT")],
    ids=["older", "newer"],
)
def test_erasures_known_to_another_program_are_kept(
    statshop: Statshop, filled: Path, revision: str, as_it_was: str
) -> None:
    statshop("person", "erase", JANE, "--yes")
    change(database(filled), as_it_was, f"UPDATE alembic_version SET version_num = '{revision}'")
    status, said = statshop("restore", "old.db", "--replace")
    assert (status, "Erased again" in said) == (0, True)
    statshop("import", "mail")
    assert JANE not in statshop("export")[1]


def test_erasures_of_a_damaged_database_are_said_not_to_be_known(statshop: Statshop, filled: Path) -> None:
    statshop("person", "erase", JANE, "--yes")
    damage(database(filled))
    status, said = statshop("restore", "old.db")
    assert status == 1
    assert "Who was erased since" in said
    assert "statshop person erase ADDRESS --yes" in said
    assert "not to be invited is not known" in said
    assert statshop("verify")[0] == 0


def test_a_key_without_its_database_tells_of_erasures_that_are_not_known(statshop: Statshop, filled: Path) -> None:
    statshop("person", "erase", JANE, "--yes")
    for file in (filled / "var").glob("statshop.db*"):
        if file.suffix != ".key":
            file.unlink()
    status, said = statshop("restore", "old.db")
    assert (status, "Who was erased since" in said) == (1, True)


def test_a_wish_told_after_the_backup_is_kept(statshop: Statshop, filled: Path) -> None:
    statshop("opt-out", ANN)
    assert statshop("restore", "old.db", "--replace")[0] == 0
    assert statshop("opt-out", ANN) == (0, f"{ANN} will not be invited, as before.\n")


def test_wishes_under_another_secret_are_said_not_to_be_known(statshop: Statshop, filled: Path) -> None:
    statshop("opt-out", ANN)
    statshop("backup", "wish.db")
    change(database(filled), "UPDATE fact SET value = 'aa' || substr(value, 3) WHERE name = 'sender secret'")
    status, said = statshop("restore", "wish.db", "--replace")
    assert (status, "not to be invited is not known" in said) == (1, True)
