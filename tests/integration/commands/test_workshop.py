"""The page's rule book over the real rules: read, drafted, and tried over what is stored."""

import shutil
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from fakes.small_rules import add_needed_tags

from classifiers.catalogue import Dimension
from pipeline.commands import rule_trials
from pipeline.commands.opening import clock, kept_rules, mailboxes_of
from pipeline.commands.rule_trials import Trials
from pipeline.commands.workshop import CatalogueInUse, whole_catalogue, workshops
from pipeline.config import load_settings
from review.callables import WantedRule
from storage.engine import Store
from storage.messages import save_message
from storage.records import NewMessage, Slot, VerdictRecord

WANTED = WantedRule(dimension="product", value="cohesion", phrases=("neighbourly feeling index",))


def message_of(number: int, words: str, account: str = "statshop") -> NewMessage:
    raw = f"From: ann@example.org\r\nSubject: Question {number}\r\n\r\nPlease send the {words}.\r\n".encode()
    digest = sha256(raw).hexdigest()
    return NewMessage(
        slot=Slot(account=account, folder="INBOX", uidvalidity=7, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=clock() - timedelta(days=number),
        arrived_source="internaldate",
        subject=f"Question {number}",
        sender_name="",
        sender_address="ann@example.org",
        user_address="ann@example.org",
        verdict=VerdictRecord(rules_version="r0", tags=()),
    )


GARDEN = (
    'dimension = "product"\n[[tag]]\nid = "garden"\ntitle = "Garden statistics"\n'
    '[[rule]]\nid = "product.garden"\ntag = "garden"\nphrases = ["rose beds"]\n'
)
OWN = '[mailboxes.{name}]\nhost = "mail.example"\nuser = "{name}"\n'


def own_rules(house: Path) -> Path:
    """Write rules of one's own: a single rule for a single tag."""
    (house / "own").mkdir()
    (house / "own" / "products.toml").write_text(GARDEN)
    add_needed_tags(house / "own")
    return house / "own" / "products.toml"


@pytest.fixture
def two(tmp_path: Path, sqlite_store: Store):
    """Give the books of a mailbox with rules of its own and of all others, with mail to both."""
    own_rules(tmp_path)
    tables = [OWN.format(name="statshop"), OWN.format(name="gardens") + 'rules = "own"\n']
    (tmp_path / "config.toml").write_text("[reading]\nworkers = 1\n" + "".join(tables))
    settings = load_settings(tmp_path / "config.toml", {})
    accounts = [box.account for box in mailboxes_of(settings)]
    for number, account in ((1, accounts[0]), (2, accounts[1]), (3, "an archive"), (400, accounts[0])):
        save_message(sqlite_store, message_of(number, "neighbourly feeling index", account), now=clock())
    trials = Trials(sqlite_store, settings, tmp_path)
    books = workshops(settings, tmp_path, trials)
    assert set(books) == {"", accounts[1]}
    yield books[""], books[accounts[1]], trials
    trials.close()


def test_rules_come_as_their_files_have_them(two):
    found = {rule.id: rule for rule in two[0].rules()}
    title = found["headline.title"]
    assert (title.dimension, title.value, title.file, title.rank) == ("product", "headline", "products.toml", "decides")
    assert title.words
    assert title.line > 1


def test_mailbox_with_rules_of_its_own_has_a_book_of_its_own(two):
    usual, own, _ = two
    assert [rule.id for rule in own.rules()] == ["product.garden"]
    assert [(entry.id, entry.title) for entry in own.catalogue().of(Dimension.PRODUCT)] == [
        ("survey", "survey"),
        ("garden", "Garden statistics"),
    ]
    assert "headline.title" in {rule.id for rule in usual.rules()}
    assert "garden" not in {entry.id for entry in usual.catalogue().of(Dimension.PRODUCT)}


@pytest.mark.parametrize(
    ("which", "value", "gained"),
    [(0, "cohesion", (3, 1)), (1, "garden", (2,))],
    ids=["the usual ones", "a mailbox's own"],
)
def test_draft_is_tried_on_the_mail_of_twelve_months_that_its_rules_read(two, which, value, gained):
    book, trials = two[which], two[2]
    drafted = book.draft(replace(WANTED, value=value))
    assert drafted.problems == ()
    book.preview(drafted)
    trials.wait(60)
    seen = book.preview(drafted)
    assert (seen.error, seen.read) == ("", len(gained))
    assert {(moved.dimension, moved.value): moved.gains for moved in seen.tags}["product", value] == gained


def test_draft_is_tried_on_the_last_year_of_an_archive(tmp_path: Path, sqlite_store: Store) -> None:
    (tmp_path / "config.toml").write_text("[reading]\nworkers = 1\n")
    settings = load_settings(tmp_path / "config.toml", {})
    for days in (3650, 3900, 4100):
        save_message(sqlite_store, message_of(days, "neighbourly feeling index"), now=clock())
    trials = Trials(sqlite_store, settings, tmp_path)
    book = workshops(settings, tmp_path, trials)[""]
    drafted = book.draft(WANTED)
    book.preview(drafted)
    trials.wait(60)
    seen = book.preview(drafted)
    trials.close()
    assert (seen.error, seen.read, seen.changed) == ("", 2, 2)


def test_two_people_who_try_drafts_at_once_do_not_stop_each_other(two):
    usual, own, trials = two
    first, second = usual.draft(replace(WANTED, value="cohesion")), own.draft(replace(WANTED, value="garden"))
    for _ in range(3):  # both look again and again
        usual.preview(first)
        own.preview(second)
    trials.wait(60)
    seen = usual.preview(first), own.preview(second)
    assert [(one.done, one.error, one.read) for one in seen] == [(True, "", 2), (True, "", 1)]


def test_draft_looked_at_longest_ago_is_given_up(two, monkeypatch):
    monkeypatch.setattr(rule_trials, "MOST_KEPT", 1)
    usual, own, trials = two
    first, second = usual.draft(replace(WANTED, value="cohesion")), own.draft(replace(WANTED, value="garden"))
    usual.preview(first)
    own.preview(second)
    trials.wait(60)
    assert own.preview(second).done
    assert not usual.preview(first).done  # it is begun anew


def test_catalogue_follows_the_rules_and_stays_while_they_cannot_be_used(tmp_path: Path) -> None:
    file = own_rules(tmp_path)
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "own"\n')
    catalogue = CatalogueInUse(load_settings(tmp_path / "config.toml", {}), tmp_path)

    def titles() -> list[str]:
        return [entry.title for entry in catalogue.now().of(Dimension.PRODUCT) if entry.id != "survey"]

    assert titles() == ["Garden statistics"]
    file.write_text(GARDEN + '[[tag]]\nid = "hosepipe"\ntitle = "Hosepipes"\n')
    assert titles() == ["Garden statistics", "Hosepipes"]
    file.write_text("a mistake")
    assert titles() == ["Garden statistics", "Hosepipes"]
    file.write_text(GARDEN)
    assert titles() == ["Garden statistics"]


def test_second_draft_does_not_take_the_place_of_the_first(tmp_path: Path, sqlite_store: Store) -> None:
    own_rules(tmp_path)
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "own"\n')
    settings = load_settings(tmp_path / "config.toml", {})
    book = workshops(settings, tmp_path, Trials(sqlite_store, settings, tmp_path))[""]
    wanted = WantedRule(dimension="product", value="garden", phrases=("ward figures",))
    first = book.draft(wanted)
    (tmp_path / "own" / first.filename).write_text(first.toml)
    second = book.draft(replace(wanted, phrases=("ward figures", "parish numbers")))
    assert (second.filename, second.rule) == ("drafted-garden-ward-figures-2.toml", "garden.ward-figures-2")
    assert second.problems == ()


def test_mistake_in_the_files_is_told_and_the_rules_that_worked_go_on(tmp_path: Path, sqlite_store: Store) -> None:
    file = own_rules(tmp_path)
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "own"\n')
    settings = load_settings(tmp_path / "config.toml", {})
    book = workshops(settings, tmp_path, Trials(sqlite_store, settings, tmp_path))[""]
    assert ([rule.id for rule in book.rules()], book.mistakes()) == (["product.garden"], ())
    file.write_text("dimension = 7\n")
    assert [rule.id for rule in book.rules()] == ["product.garden"]
    assert [entry.id for entry in book.catalogue().of(Dimension.PRODUCT)] == ["survey", "garden"]
    assert "products.toml" in book.mistakes()[0]


def test_page_takes_its_titles_from_the_rules_in_use_and_not_from_a_bad_edit(tmp_path: Path) -> None:
    file = own_rules(tmp_path)
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "own"\n')
    settings = load_settings(tmp_path / "config.toml", {})
    before = whole_catalogue(settings, tmp_path)
    assert [entry.id for entry in before.of(Dimension.PRODUCT)] == ["survey", "garden"]
    file.write_text(GARDEN.replace("Garden statistics", "Half a tit") + "\n[[nonsense]]\nx = 1\n")
    assert whole_catalogue(settings, tmp_path) == before


def test_rules_that_cannot_be_copied_leave_those_shown_and_are_told(tmp_path: Path, sqlite_store: Store) -> None:
    file = own_rules(tmp_path)
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "own"\n')
    settings = load_settings(tmp_path / "config.toml", {})
    book = workshops(settings, tmp_path, Trials(sqlite_store, settings, tmp_path))[""]
    assert [rule.id for rule in book.rules()] == ["product.garden"]
    copies = kept_rules(settings, tmp_path)
    shutil.rmtree(copies)
    copies.touch()  # nothing can be written below a file
    file.write_text(GARDEN.replace("product.garden", "product.plants"))
    assert [rule.id for rule in book.rules()] == ["product.garden"]
    assert "cannot be copied to" in book.mistakes()[0]
    copies.unlink()
    assert ([rule.id for rule in book.rules()], book.mistakes()) == (["product.plants"], ())
