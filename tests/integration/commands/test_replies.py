"""`statshop replies`: a request without a use is answered once, as a draft, and only where that is allowed."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from fakes.letters import lay_out, letter
from fakes.mailbox import FakeMailbox

from pipeline.commands.replies import save_drafts, suggested
from pipeline.config import load_settings
from pipeline.mail.errors import ConnectionLost, Throttled
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import Store, open_store

Statshop = Callable[..., tuple[int, str]]
NOW = datetime(2011, 3, 20, 9, 0, tzinfo=UTC)
ANN = "Ann Example <ann@example.org>"
REQUEST = "Please could you send me table 4 of the Citizenship Survey cohesion report by region as a spreadsheet?\n"
USES = "We use it to monitor the performance of our community cohesion strategy in the borough.\n"


@pytest.fixture
def asked(statshop: Statshop, house: Path) -> Path:
    """Two requests for data, of which one says what they are for."""
    letters = (
        letter(number, words, sender=ANN, subject="Table 4") for number, words in ((1, REQUEST), (2, REQUEST + USES))
    )
    assert statshop("import", str(lay_out(house, *letters, site='team_addresses = ["team@example.org"]\n')))[0] == 0
    return house


@pytest.fixture
def store(asked: Path) -> Store:
    with open_store(f"sqlite:///{asked}/var/statshop.db") as opened:
        yield opened


def test_the_command_lists_and_writes_replies_and_saves_none_without_leave(asked: Path, statshop: Statshop) -> None:
    assert statshop("replies", "2011-03")[1].splitlines() == [
        "message 1, 1 March 2011: asks for data and states no use"
    ]
    statshop("replies", "2011-03", "--to", "out")
    (reply,) = (asked / "out").iterdir()
    read = message_from_bytes(reply.read_bytes(), policy=default)
    assert (read["To"], read["Subject"]) == ("Ann Example <ann@example.org>", "Re: Table 4")
    assert (reply.stat().st_mode & 0o777, len(list(read.iter_attachments()))) == (0o600, 2)
    code, said = statshop("replies", "2011-03", "--save")
    assert (code, "write_drafts = true" in said) == (1, True)


def test_a_request_after_midnight_in_london_is_of_the_next_day(statshop: Statshop, house: Path) -> None:
    late = letter(30, REQUEST, sender=ANN, subject="Table 4").replace("10:00:00", "23:30:00")
    statshop("import", str(lay_out(house, late)))
    assert statshop("replies", "2011-03")[1].startswith("message 1, 31 March 2011")


@pytest.mark.parametrize("contact", ["", "Statistics desk, 020 7944 3000"])
def test_no_reply_is_written_where_the_team_has_no_address(asked: Path, statshop: Statshop, contact: str) -> None:
    (asked / "config.toml").write_text(f'[site]\nmail_hosts = ["y"]\ncontact = "{contact}"\n')
    code, said = statshop("replies", "2011-03", "--to", "out")
    assert (code, "set site.team_addresses" in said, (asked / "out").exists()) == (1, True, False)
    assert statshop("replies", "2011-03")[0] == 0


def test_a_mailbox_that_fails_keeps_no_other_from_its_drafts(
    asked: Path, statshop: Statshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = '[mailboxes.{name}]\nhost = "127.0.0.1"\nuser = "{name}"\nwrite = true\nwrite_drafts = true\n'
    settings = (asked / "config.toml").read_text() + table.format(name="first") + table.format(name="second")
    (asked / "config.toml").write_text(settings)
    for number, name in enumerate(["first", "second"], 3):
        (asked / f"{name}.eml").write_text(letter(number, REQUEST, sender=ANN, subject="Table 4"))
        assert statshop("import", f"{name}.eml", "--mailbox", name)[0] == 0

    def opened(box: MailboxSettings) -> FakeMailbox:
        if box.name == "first":
            raise ConnectionLost("127.0.0.1", "it ended")
        return FakeMailbox()

    monkeypatch.setattr("pipeline.commands.replies.ImapMailbox", opened)
    status, said = statshop("replies", "2011-03", "--save")
    assert status == 1
    assert "message 4: saved in Drafts" in said
    assert "127.0.0.1" in said


def test_a_draft_is_saved_once(asked: Path, store: Store) -> None:
    box, settings = FakeMailbox(), load_settings(asked / "config.toml", {})
    found = list(suggested(store, settings, "2011-03", now=NOW))
    assert list(save_drafts(store, box, found, now=NOW)) == ["message 1: saved in Drafts"]
    assert list(save_drafts(store, box, found, now=NOW)) == []
    assert list(suggested(store, settings, "2011-03", now=NOW)) == []
    assert len(box.holds(folder="Drafts")) == 1


@pytest.mark.parametrize(("error", "again"), [(ConnectionLost("x", "gone"), 0), (Throttled("x", 5.0), 1)])
def test_what_may_lie_there_is_not_put_there_again(asked: Path, store: Store, error: Exception, again: int) -> None:
    box, settings = FakeMailbox(), load_settings(asked / "config.toml", {})
    box.fail("save_draft", error)
    found = list(suggested(store, settings, "2011-03", now=NOW))
    with pytest.raises(type(error)):
        list(save_drafts(store, box, found, now=NOW))
    assert len(list(save_drafts(store, box, found, now=NOW))) == again
