"""Several mailboxes: credentials, rules, figures, queue and digests of each, and over all."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.imap_server import ImapServer

from classifiers.catalogue import PACKAGED
from classifiers.verdict import Dimension
from pipeline.commands.workshop import whole_catalogue
from pipeline.config import load_settings
from storage.engine import open_store
from storage.records import QueueFilter, RunOutcome
from storage.reviews import message, queue
from storage.runs import runs

Statshop = Callable[..., tuple[int, str]]
ASKED = b"Please send the Citizenship Survey figures on volunteering in our area."
MAIL = b"From: A <%d@example.org>\r\nDate: Tue, 01 Mar 2011 09:00:00 +0000\r\nSubject: Figures\r\n\r\n%s\r\n"


@pytest.fixture
def servers() -> Iterator[tuple[ImapServer, ImapServer]]:
    serving = ImapServer(), ImapServer()
    yield serving
    for server in serving:
        server.close()


@pytest.fixture
def two(house: Path, servers: tuple[ImapServer, ImapServer], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set up two mailboxes; the second has rules of its own, in which volunteering is called giving."""
    for path in shutil.copytree(PACKAGED, house / "others").rglob("*.toml"):
        path.write_text(path.read_text().replace('"volunteering"', '"giving"'))
    usual = 'host = "127.0.0.1"\nsecurity = "plain"\n'
    tables = [
        f'[mailboxes.{name}]\n{usual}port = {server.port}\nuser = "{name}-user"\n{more}\n'
        for name, server, more in zip(("one", "two"), servers, ("", 'rules = "others"'), strict=True)
    ]
    (house / "config.toml").write_text("[reading]\nworkers = 1\n" + "".join(tables))
    monkeypatch.setenv("STATSHOP_MAILBOXES__ONE__PASSWORD", "first")
    monkeypatch.setenv("STATSHOP_MAILBOXES__TWO__PASSWORD", "second")
    servers[0].add(MAIL % (1, ASKED))
    servers[1].add(MAIL % (2, ASKED))
    servers[1].add(MAIL % (3, ASKED))
    return house


def test_each_mailbox_has_its_own_and_all_are_counted(
    two: Path, servers: tuple[ImapServer, ImapServer], statshop: Statshop
) -> None:
    assert statshop("poll")[0] == 0
    assert ["one-user" in servers[0].sign_ins[0], "two-user" in servers[1].sign_ins[0]] == [True, True]
    with open_store(f"sqlite:///{two}/var/statshop.db") as store:
        products = {message(store, number).account[:3]: product_of(store, number) for number in (1, 2, 3)}
        accounts = sorted({message(store, number).account for number in (1, 2, 3)})
        shown = [queue(store, QueueFilter(account=account)).count for account in accounts]
    assert products == {"one": "volunteering", "two": "giving"}
    assert (shown, [account[:3] for account in accounts]) == ([1, 2], ["one", "two"])
    assert "Read 3 messages again: 0 verdicts changed" in statshop("retag")[1]
    assert [counted(two, statshop, name) for name in (None, "one", "two")] == [3, 1, 2]


@pytest.mark.parametrize("becomes", ["another", "removed"])
def test_what_a_mailbox_with_rules_of_its_own_left_behind_is_read_by_no_others(
    two: Path, statshop: Statshop, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    statshop("poll")
    settings = two / "config.toml"
    before, table, own = settings.read_text().partition("[mailboxes.two]")
    another = "[mailboxes.three]" + own + "formerly = []\n"
    settings.write_text(before + (another if becomes == "another" else ""))
    monkeypatch.delenv("STATSHOP_MAILBOXES__TWO__PASSWORD")
    if becomes == "another":
        monkeypatch.setenv("STATSHOP_MAILBOXES__THREE__PASSWORD", "second")
    assert statshop("poll")[0] == 0
    for words in ("retag", "rebuild"):
        status, said = statshop(words)
        assert (status, "1 message again: 0 verdicts changed" in said) == (0, True)
        assert "2 messages came by a mailbox that the settings name no more" in said
    with open_store(f"sqlite:///{two}/var/statshop.db") as store:
        assert [product_of(store, number) for number in (1, 2, 3)] == ["volunteering", "giving", "giving"]
    settings.write_text(before + table + own)
    monkeypatch.delenv("STATSHOP_MAILBOXES__THREE__PASSWORD", raising=False)
    monkeypatch.setenv("STATSHOP_MAILBOXES__TWO__PASSWORD", "second")
    assert "Read 3 messages again: 0 verdicts changed" in statshop("retag")[1]


def test_what_is_imported_for_a_mailbox_is_its_mail(two: Path, statshop: Statshop) -> None:
    for number in (1, 2):
        (two / f"{number}.eml").write_bytes(MAIL % (number, ASKED))
    assert statshop("import", "1.eml", "--mailbox", "two")[0] == 0
    assert statshop("import", "2.eml")[0] == 0
    with open_store(f"sqlite:///{two}/var/statshop.db") as store:
        assert [message(store, number).account[:4] for number in (1, 2)] == ["two-", "arch"]
        assert [product_of(store, number) for number in (1, 2)] == ["giving", "volunteering"]
    assert counted(two, statshop, "two") == 1
    assert "0 verdicts changed" in statshop("retag")[1]
    assert statshop("poll")[0] == 0  # mail 1 comes from the mailbox one as well: it stays what it is
    assert [counted(two, statshop, name) for name in (None, "two")] == [3, 2]


def test_rules_of_one_mailbox_that_cannot_be_read_stop_no_other(two: Path, statshop: Statshop) -> None:
    (two / "others").rename(two / "elsewhere")
    status, said = statshop("poll")
    assert (status, "one: fetched 1, stored 1" in said, "two: the rules cannot be read" in said) == (1, True, True)
    assert [last_poll(two, name) for name in ("one", "two")] == [RunOutcome.DONE, RunOutcome.FAILED]
    status, said = statshop("status")
    told = ("rules with mistakes: rules never read", "last run failed: poll two")
    assert (status, [words in said for words in told]) == (1, [True, True])
    (two / "elsewhere").rename(two / "others")
    assert statshop("poll")[0] == 0
    assert "read by other rules" not in statshop("status")[1]
    with (two / "others" / "users.toml").open("a") as rules:
        rules.write("# edited\n")
    assert "Of the newest 1,000 messages 2 were read by other rules" in statshop("status")[1]
    statshop("retag")
    assert "read by other rules" not in statshop("status")[1]
    assert (statshop("status")[0], counted(two, statshop, "two")) == (0, 2)


def test_mail_is_not_read_by_packaged_rules_where_the_usual_ones_are_broken(
    two: Path, statshop: Statshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATSHOP_RULES__FOLDER", "not-there")
    status, said = statshop("poll")
    assert (status, "one: the rules cannot be read" in said, "two: fetched 2, stored 2" in said) == (1, True, True)


def test_an_import_for_a_mailbox_that_is_not_there_is_refused(two: Path, statshop: Statshop) -> None:
    (two / "1.eml").write_bytes(MAIL % (1, ASKED))
    status, said = statshop("import", "1.eml", "--mailbox", "three")
    assert (status, "three" in said, (two / "var/statshop.db").exists()) == (1, True, False)


def test_the_catalogue_over_all_knows_the_tags_of_each(two: Path) -> None:
    known = whole_catalogue(load_settings(two / "config.toml"), two).of(Dimension.PRODUCT)
    ids = [entry.id for entry in known]
    assert {"volunteering", "giving"} <= set(ids)
    assert len(ids) == len(set(ids))


def last_poll(house: Path, mailbox: str) -> RunOutcome:
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        return runs(store, job="poll", account=mailbox)[0].outcome


def product_of(store: object, number: int) -> str:
    return next(tag.value for tag in message(store, number).tags if tag.dimension == "product")


def counted(house: Path, statshop: Statshop, mailbox: str | None) -> int:
    """Make the digest of a mailbox, or of all, and give how many messages it counts."""
    asked = ("--mailbox", mailbox) if mailbox else ()
    status, said = statshop("digest", "2011-03", *asked)
    assert status == 0
    path = next(line for line in said.splitlines() if line.endswith("2011-03-internal.json"))
    assert (f"/{mailbox}/2011-03/" in path) == bool(mailbox)
    return int(json.loads(Path(path).read_text())["cover"]["coverage"]["stored"])
