"""The page's rule book over the real rules: read, drafted, and tried over what is stored."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.commands.opening import clock
from pipeline.commands.workshop import Workshop
from pipeline.config import load_settings
from review.callables import WantedRule
from storage.draw import set_shares
from storage.engine import Store, open_store
from storage.messages import save_message
from storage.records import NewMessage, Slot, VerdictRecord
from storage.upgrade import upgrade

WANTED = WantedRule(dimension="product", value="cohesion", phrases=("neighbourly feeling index",))


def message_of(number: int, words: str) -> NewMessage:
    raw = f"From: ann@example.org\r\nSubject: Question {number}\r\n\r\nPlease send the {words}.\r\n".encode()
    return NewMessage(
        slot=Slot(account="statshop", folder="INBOX", uidvalidity=7, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=f"{number:064}",
        mail_sha256=f"{number:064}",
        arrived_at=clock() - timedelta(days=number),
        arrived_source="internaldate",
        subject=f"Question {number}",
        sender_name="",
        sender_address="ann@example.org",
        user_address="ann@example.org",
        verdict=VerdictRecord(rules_version="r0", tags=()),
    )


@pytest.fixture
def workshop(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/store.db"
    (tmp_path / "config.toml").write_text(f'[storage]\nurl = "{url}"\n')
    upgrade(url)
    with open_store(url) as store:
        set_shares(store, check=0, second=0)
        for number, words in ((1, "neighbourly feeling index"), (2, "timetable"), (400, "neighbourly feeling index")):
            save_message(store, message_of(number, words), now=clock())
        opened = Workshop(store, load_settings(tmp_path / "config.toml", {}), tmp_path)
        yield opened
        opened.close()


def test_rules_come_as_their_files_have_them(workshop):
    found = {rule.id: rule for rule in workshop.rules()}
    title = found["headline.title"]
    assert (title.dimension, title.value, title.file, title.rank) == ("product", "headline", "products.toml", "decides")
    assert title.words
    assert title.line > 1


def test_draft_is_tried_over_the_messages_of_twelve_months(workshop):
    drafted = workshop.draft(WANTED)
    assert drafted.problems == ()
    workshop.preview(drafted)
    workshop.wait(60)
    seen = workshop.preview(drafted)
    assert (seen.error, seen.read, seen.changed) == ("", 2, 1)
    gained = {(moved.dimension, moved.value): moved.gains for moved in seen.tags}
    assert gained["product", "cohesion"] == (1,)


def test_mistake_in_the_files_is_told_and_the_rules_that_worked_go_on(tmp_path: Path, sqlite_store: Store) -> None:
    file = tmp_path / "own" / "products.toml"
    file.parent.mkdir()
    file.write_text(
        'dimension = "product"\n[[tag]]\nid = "garden"\ntitle = "Garden statistics"\n'
        '[[rule]]\nid = "product.garden"\ntag = "garden"\nphrases = ["rose beds"]\n'
    )
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "own"\n')
    book = Workshop(sqlite_store, load_settings(tmp_path / "config.toml", {}), tmp_path)
    assert ([rule.id for rule in book.rules()], book.mistakes()) == (["product.garden"], ())
    file.write_text("dimension = 7\n")
    assert [rule.id for rule in book.rules()] == ["product.garden"]
    assert "products.toml" in book.mistakes()[0]
