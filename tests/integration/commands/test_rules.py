"""`statshop rules`: figures of the rules over a small store, and two folders compared."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.small_rules import add_needed_tags, wider_rules

from classifiers.catalogue import PACKAGED

Statshop = Callable[..., tuple[int, str]]


def test_stats_and_diff_of_what_is_stored(house: Path, statshop: Statshop) -> None:
    (house / "one.eml").write_text(
        "From: Ann <ann@example.org>\nSubject: Request\nMessage-ID: <1@example.org>\n\n"
        "How many adults use a zebra crossing?\n"
    )
    wider = wider_rules(house / "wider")
    assert statshop("upgrade")[0] == 0
    assert statshop("import", "one.eml")[0] == 0
    status, said = statshop("rules", "stats")
    assert status == 0
    assert "1 messages, 0 of them reviewed." in said
    assert "Matched in no message:" in said
    status, said = statshop("rules", "diff", str(PACKAGED), str(wider))
    assert status == 0
    assert "product: cohesion: gains 1, loses 0\n    + 1" in said


def small_rules(folder: Path, phrase: str = "ward figures") -> Path:
    """Write a folder of one rule."""
    folder.mkdir()
    tag = 'dimension = "product"\n[[tag]]\nid = "roads"\ntitle = "Roads"\n'
    rule = f'[[rule]]\nid = "roads.named"\ntag = "roads"\nphrases = ["{phrase}"]\n'
    (folder / "products.toml").write_text(tag + rule)
    add_needed_tags(folder)
    return folder


@pytest.fixture
def two(house: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set up two mailboxes with a letter each; the second has rules of its own."""
    shutil.copytree(PACKAGED, house / "own")
    table = '[mailboxes.{}]\nhost = "127.0.0.1"\nuser = "{}"\n'
    tables = table.format("one", "first") + table.format("two", "second") + 'rules = "own"\n'
    (house / "config.toml").write_text("[reading]\nworkers = 1\n" + tables)
    for name in ("one", "two"):
        monkeypatch.setenv(f"STATSHOP_MAILBOXES__{name.upper()}__PASSWORD", "x")
        letter = f"From: A <a@example.org>\nMessage-ID: <{name}@example.org>\n\nHow many use a zebra crossing? {name}\n"
        (house / f"{name}.eml").write_text(letter)
    return house


def test_check_looks_at_the_rules_of_every_mailbox(two: Path, statshop: Statshop) -> None:
    (two / "own" / "products.toml").write_text("broken = [")
    status, said = statshop("rules", "check")
    assert status == 1
    assert "The packaged rules:" in said
    assert "0 that do not do what they say" in said
    assert f"{two / 'own'}:" in said
    assert "products.toml: not valid TOML" in said or "products.toml:1: not valid TOML" in said


def test_check_names_what_the_program_counts_on(house: Path, statshop: Statshop) -> None:
    status, said = statshop("rules", "check", str(small_rules(house / "own")))
    assert status == 0
    assert "Note: mail_headers.toml is not there: no bounce" in said
    (house / "config.toml").write_text('[rules]\nfolder = "own"\n')
    assert "tags; mail_headers.toml is not there: no bounce" in statshop("doctor")[1]
    (house / "own" / "needed-user_category.toml").unlink()
    status, said = statshop("rules", "check", "own")
    assert status == 1
    assert "users.toml: no tag 'none', 'unknown', 'public' in user_category, and the program gives it by itself" in said


def test_diff_reads_the_mail_that_the_rules_are_for(two: Path, statshop: Statshop) -> None:
    old, wider = small_rules(two / "old"), small_rules(two / "wider", "zebra crossing")
    shutil.rmtree(two / "own")
    small_rules(two / "own")
    assert statshop("upgrade")[0] == 0
    for name in ("one", "two"):
        assert statshop("import", f"{name}.eml", "--mailbox", name)[0] == 0
    status, said = statshop("rules", "diff", str(old), str(wider))
    assert status == 0
    assert "The mail of two is left out" in said
    assert "Read 1 messages with both: 1 change." in said
    assert "gains 1, loses 0\n    + 1" in said
    status, said = statshop("rules", "diff", "own", str(wider))
    assert "Read is the mail of two alone" in said
    assert "gains 1, loses 0\n    + 2" in said


def test_diff_of_rules_that_cannot_be_read_names_the_mistake(house: Path, statshop: Statshop) -> None:
    (house / "bad").mkdir()
    (house / "bad" / "products.toml").write_text("dimension = 'product'\n[[rule]]\nid = 3\n")
    status, said = statshop("rules", "diff", "bad", str(PACKAGED))
    assert status == 1
    assert "products.toml:" in said
