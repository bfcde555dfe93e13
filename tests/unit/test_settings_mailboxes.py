"""Tables of mailboxes that cannot stand beside each other are told, with the place of the mistake."""

from pathlib import Path

import pytest

from pipeline.commands.opening import mailboxes_of
from pipeline.commands.renaming import wrong_with_name
from pipeline.config import load_settings
from pipeline.errors import ConfigError
from storage.boxes import whose

HERE = 'host = "Mail.example.org"\nuser = "Ann"\n'
SAME = 'host = "mail.example.org"\nuser = "ann"\n'


def problems_of(folder: Path, text: str) -> list[str]:
    (folder / "config.toml").write_text(text)
    with pytest.raises(ConfigError) as told:
        load_settings(folder / "config.toml", {})
    return [str(problem) for problem in told.value.problems]


@pytest.mark.parametrize(
    ("one", "two"),
    [("", ""), ('folders = ["A", "inbox"]\n', ""), ("port = 993\n", 'security = "tls"\n')],
    ids=["all the same", "one folder", "the same port"],
)
def test_two_tables_that_read_the_same_folder_are_a_mistake(tmp_path: Path, one: str, two: str) -> None:
    (problem,) = problems_of(tmp_path, f"[mailboxes.one]\n{HERE}{one}[mailboxes.two]\n{SAME}{two}")
    assert "mailboxes.two.folders names INBOX of the same user on the same host as mailboxes.one" in problem


@pytest.mark.parametrize("folders", ['["INBOX", "inbox"]', '["A", "Inbox", "B", "INBOX"]'])
def test_a_table_that_names_a_folder_twice_is_a_mistake(tmp_path: Path, folders: str) -> None:
    (problem,) = problems_of(tmp_path, f"[mailboxes.one]\n{HERE}folders = {folders}\n")
    assert "mailboxes.one.folders names INBOX twice" in problem


@pytest.mark.parametrize(
    "two", ['folders = ["Archive"]\n', "port = 1993\n", 'folders = ["Inbox/A"]\n'], ids=["folders", "port", "nested"]
)
def test_tables_that_read_other_mail_stand_beside_each_other(tmp_path: Path, two: str) -> None:
    (tmp_path / "config.toml").write_text(f"[mailboxes.one]\n{HERE}[mailboxes.two]\n{SAME}{two}")
    assert set(load_settings(tmp_path / "config.toml", {}).mailboxes) == {"one", "two"}


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ('["two"]', "[]", "mailboxes.one.formerly names two, which is a mailbox of its own"),
        ('["old"]', '["old"]', "mailboxes.two.formerly names old, and so does mailboxes.one"),
        ('["old", "old"]', "[]", "mailboxes.one.formerly names old twice"),
        ('["Old Box"]', "[]", "mailboxes.one.formerly has to hold names of mailboxes"),
        ('"old"', "[]", "mailboxes.one.formerly has to be a list"),
    ],
    ids=["a table", "two tables", "twice", "no name", "no list"],
)
def test_a_former_name_is_one_mailboxs_and_no_tables(tmp_path: Path, one: str, two: str, words: str) -> None:
    text = f'[mailboxes.one]\n{HERE}formerly = {one}\n[mailboxes.two]\nhost = "h"\nuser = "u"\nformerly = {two}\n'
    (problem,) = problems_of(tmp_path, text)
    assert words in problem
    assert "config.toml, line" in problem


def test_an_account_keeps_its_first_name_through_all_others(tmp_path: Path) -> None:
    def account(name: str, former: str) -> str:
        (tmp_path / "config.toml").write_text(f"[mailboxes.{name}]\n{HERE}{former}\n")
        return mailboxes_of(load_settings(tmp_path / "config.toml", {}))[0].account

    names = account("a", ""), account("b", 'formerly = ["a"]'), account("c", 'formerly = ["a", "b"]')
    assert names == (account("a", 'formerly = ["a", "b"]'),) * 3


def test_a_mailbox_beside_another_of_its_user_is_no_former_one(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[mailboxes.one]\n{HERE}[mailboxes.two]\n{SAME}folders = ["A"]\n')
    one, two = mailboxes_of(load_settings(tmp_path / "config.toml", {}))
    assert wrong_with_name(two, {one.account}, {}) is None
    (tmp_path / "config.toml").write_text(f'[mailboxes.two]\n{SAME}folders = ["A"]\n')
    (alone,) = mailboxes_of(load_settings(tmp_path / "config.toml", {}))
    assert 'formerly = ["one"]' in str(wrong_with_name(alone, {one.account}, {}))


def test_what_was_read_under_two_names_before_one_was_said_stays_apart(tmp_path: Path) -> None:
    def wrong(former: str) -> str:
        (tmp_path / "config.toml").write_text(f"[mailboxes.new]\n{SAME}{former}\n")
        (box,) = mailboxes_of(load_settings(tmp_path / "config.toml", {}))
        return str(wrong_with_name(box, {f"old-{whose(box.account)}", f"new-{whose(box.account)}"}, {}) or "")

    assert "Mail of mailbox new is stored under new as well" in wrong('formerly = ["old"]')
    assert (wrong(""), wrong("formerly = []")) == ("", "")
