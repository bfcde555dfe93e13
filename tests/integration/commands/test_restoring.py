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


def people(house: Path) -> dict[str, tuple[str, str]]:
    with sqlite3.connect(database(house)) as held:
        return {name: (role, password) for name, role, password in held.execute(PEOPLE)}


PEOPLE = "SELECT name, role, password_hash FROM reviewer"


@pytest.fixture
def published(statshop: Statshop, filled: Path) -> Path:
    """Issue a month with a letter that came after the backup; it was sent to somebody."""
    (filled / "mail/3.eml").write_text(letter(3, "carl@example.org"))
    statshop("import", "mail")
    change(database(filled), "UPDATE message SET arrived_at = '2011-03-02 09:00:00', arrived_month = '2011-03'")
    assert statshop("digest", "2011-03", "--issue")[0] == 0
    sent = (
        "INSERT INTO delivery (issue_id, way, recipient, begun_at, sent_at) SELECT id, 'email', 'board@example.org', "
    )
    change(
        database(filled),
        sent + "issued_at, issued_at FROM digest_issue",
        "INSERT INTO drafted_reply SELECT 2, issued_at, NULL FROM digest_issue",
    )
    return filled


def rows(house: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database(house)) as held:
        return held.execute(query).fetchall()


def test_what_was_issued_after_the_backup_stays_issued(statshop: Statshop, published: Path) -> None:
    issued = rows(published, "SELECT * FROM digest_issue")
    went = rows(published, "SELECT * FROM delivery")
    status, said = statshop("restore", "old.db", "--replace")
    assert (status, "still known: 2011-03 issue 1." in said) == (0, True)
    assert rows(published, "SELECT * FROM digest_issue") == issued
    assert rows(published, "SELECT * FROM delivery") == went
    assert rows(published, "SELECT message_id FROM digest_issue_message") == [(1,), (2,)]
    assert rows(published, "SELECT message_id FROM drafted_reply") == [(2,)]
    status, said = statshop("digest", "2011-03", "--issue")
    assert (status, "has been issued" in said) == (1, True)


def test_mail_that_comes_again_has_its_number_and_no_other_mail_gets_it(statshop: Statshop, published: Path) -> None:
    statshop("restore", "old.db", "--replace")
    (published / "new").mkdir()
    (published / "new/4.eml").write_text(letter(4, "dora@example.org"))
    statshop("import", "new")
    statshop("import", "mail")
    numbers = dict(rows(published, "SELECT sender_address, id FROM message"))
    assert numbers == {JANE: 1, ANN: 2, "carl@example.org": 3, "dora@example.org": 4}
    assert rows(published, "SELECT message_id FROM digest_issue_message ORDER BY 1") == [(1,), (2,), (3,)]
    assert statshop("verify")[0] == 0


def test_the_number_of_an_erased_mail_tells_nothing_of_it(statshop: Statshop, published: Path) -> None:
    statshop("restore", "old.db", "--replace")
    statshop("import", "mail")
    assert statshop("person", "erase", "carl@example.org", "--yes")[0] == 0
    assert rows(published, "SELECT name FROM fact WHERE name LIKE 'number of %'") == []


def test_issues_that_no_database_knows_are_named(statshop: Statshop, published: Path) -> None:
    database(published).unlink()
    status, said = statshop("restore", "old.db")
    assert status == 1
    assert "This database does not know the issue in " in said
    assert "2011-03/issue-1. Restore a newer backup" in said


def test_who_was_shut_out_after_the_backup_stays_out(statshop: Statshop, filled: Path) -> None:
    add = "INSERT INTO reviewer (name, name_key, role, password_hash, keys_enabled, subject) VALUES "
    change(
        database(filled),
        f"{add} ('Bob', 'bob', 'reader', 'old', 1, 'b'), ('Amy', 'amy', 'administrator', 'old', 1, '')",
    )
    token = "INSERT INTO api_token (reviewer_id, name, scopes, token_hash, made_at, made_by) VALUES "
    change(database(filled), f"{token} (1, 'script', '[]', 'digest', '2011-03-01 09:00:00', 'Amy')")
    opened = "INSERT INTO reviewer_session VALUES ('token', 1, '2011-03-01 09:00:00', '2011-03-01 09:00:00')"
    change(database(filled), opened)
    statshop("backup", "people.db")
    assert statshop("user", "remove", "bob")[0] == 0
    change(
        database(filled),
        "UPDATE reviewer SET password_hash = 'new' WHERE name = 'Amy'",
        f"{add} ('Eve', 'eve', 'reader', '', 1, '')",
    )
    assert statshop("restore", "people.db", "--replace")[0] == 0
    assert people(filled) == {"Bob": ("removed", ""), "Amy": ("administrator", "new"), "Eve": ("reader", "")}
    assert rows(filled, "SELECT count(*) FROM api_token WHERE revoked_at IS NOT NULL") == [(1,)]
    assert rows(filled, "SELECT * FROM reviewer_session") == []


def test_people_are_said_to_be_of_the_backup_where_nobody_knows_them(statshop: Statshop, filled: Path) -> None:
    damage(database(filled))
    status, said = statshop("restore", "old.db")
    assert (status, "Who may sign in, with which passwords and tokens, is as of" in said) == (1, True)


def test_mail_that_was_moved_is_named(statshop: Statshop, filled: Path) -> None:
    settings = '[mailboxes.statshop]\nhost = "localhost"\nuser = "u"\nwrite = true\n'
    (filled / "config.toml").write_text(f'{settings}after_store = "move"\nafter_store_argument = "Done"\n')
    said = statshop("restore", "old.db", "--replace")[1]
    assert "was moved to Done, where no poll looks. Move it back to INBOX" in said


def test_a_restore_into_a_place_of_its_own_asks_nobody_to_move_mail(statshop: Statshop, filled: Path) -> None:
    settings = '[mailboxes.statshop]\nhost = "localhost"\nuser = "u"\nwrite = true\n'
    (filled / "config.toml").write_text(f'{settings}after_store = "move"\nafter_store_argument = "Done"\n')
    told = "No database was replaced. Do what follows only where this one takes the place of a lost one:"
    assert told not in statshop("restore", "old.db", "--replace")[1]
    database(filled).rename(filled / "kept.db")
    said = statshop("restore", "old.db")[1].splitlines()
    assert [line.split()[0] for line in said[said.index(told) :]] == ["No", "Who", "statshop:"]
