"""Issues mailed: over STARTTLS, each once, and again only what surely did not go out."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from fakes.certificates import Authority
from fakes.issued import issue_of_march
from fakes.smtp_server import Habits, SmtpStub

from digests.issues.marks import write_mark
from pipeline.commands.delivering import deliver_due, delivered
from pipeline.commands.opening import mailboxes_of
from pipeline.config import Settings, load_settings
from pipeline.errors import NotDelivered
from storage.engine import Store

NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)
Serve = Callable[..., SmtpStub]


@pytest.fixture
def house(tmp_path: Path, sqlite_store: Store) -> Path:
    """Give a deployment with an issue of March."""
    for edition in ("public", "internal"):
        folder = tmp_path / "var/digests/2011-03/issue-1" / edition
        folder.mkdir(parents=True)
        (folder / "users-and-uses-2011-03.html").write_text(f"<p>{edition}</p>")
        (folder / "users-and-uses-2011-03.ods").write_bytes(b"PK")
    issue_of_march(sqlite_store, NOW)
    return tmp_path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def serve(authority: Authority) -> Iterator[Serve]:
    """Start a server that speaks STARTTLS."""
    started = []

    def starting(**habits: object) -> SmtpStub:
        stub = SmtpStub(authority.server_context(), Habits(**habits))  # type: ignore[arg-type]  # names of its fields
        serving = stub.serving()
        serving.__enter__()
        started.append(serving)
        return stub

    yield starting
    for serving in started:
        serving.__exit__(None, None, None)


def settings(house: Path, authority: Authority, stub: SmtpStub, password: str = "secret", more: str = "") -> Settings:
    (house / "delivery.toml").write_text(
        f'[delivery]\nrecipients = ["a@x.org", "b@x.org"]\nsender = "s@x.org"\nhost = "localhost"\nport = {stub.port}\n'
        f'ca_file = "{authority.ca_file}"\nuser = "user"\n{more}'
    )
    return load_settings(house / "delivery.toml", {"STATSHOP_DELIVERY__PASSWORD": password})


def recipients(stub: SmtpStub) -> list[str]:
    return [message_from_bytes(raw, policy=default)["To"] for raw in stub.messages]


def test_an_issue_is_sent_once_to_each(sqlite_store: Store, house: Path, authority: Authority, serve: Serve) -> None:
    stub = serve()
    chosen = settings(house, authority, stub)
    assert len(deliver_due(sqlite_store, chosen, house, now=NOW)) == 2
    assert deliver_due(sqlite_store, chosen, house, now=NOW + timedelta(hours=1)) == ()
    assert recipients(stub) == ["a@x.org", "b@x.org"]
    assert stub.said.index("STARTTLS") < next(n for n, words in enumerate(stub.said) if words.startswith("AUTH"))


def test_the_public_edition_is_attached(sqlite_store: Store, house: Path, authority: Authority, serve: Serve) -> None:
    stub = serve()
    deliver_due(sqlite_store, settings(house, authority, stub), house, now=NOW)
    parts = list(message_from_bytes(stub.messages[0], policy=default).iter_attachments())
    assert [part.get_filename() for part in parts] == ["users-and-uses-2011-03.html", "users-and-uses-2011-03.ods"]
    assert "public" in parts[0].get_content()


def test_files_of_another_issue_are_not_sent(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve
) -> None:
    stub = serve()
    write_mark(house / "var/digests/2011-03/issue-1", "of another", {})
    with pytest.raises(NotDelivered, match="no files of the issue"):
        deliver_due(sqlite_store, settings(house, authority, stub), house, now=NOW)
    assert stub.messages == []


def test_what_surely_did_not_go_out_is_tried_again(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve
) -> None:
    stub = serve(refuses="a@x.org")
    chosen = settings(house, authority, stub)
    with pytest.raises(NotDelivered, match="2011-03 issue 1"):
        deliver_due(sqlite_store, chosen, house, now=NOW)
    stub.habits.refuses = ""
    deliver_due(sqlite_store, chosen, house, now=NOW)
    assert recipients(stub) == ["b@x.org", "a@x.org"]


def test_what_may_have_gone_out_is_not_sent_twice_and_told(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve
) -> None:
    stub = serve(hangs_up_after_data=True)
    chosen = settings(house, authority, stub)
    with pytest.raises(NotDelivered, match="the line broke"):
        deliver_due(sqlite_store, chosen, house, now=NOW)
    stub.habits.hangs_up_after_data = False
    assert deliver_due(sqlite_store, chosen, house, now=NOW) == ()
    assert len(stub.messages) == 2
    assert delivered(sqlite_store, chosen, NOW) == tuple(
        f"2011-03 issue 1 to {one}@x.org: broke off; ask whether it came" for one in "ab"
    )


def test_a_wrong_password_is_a_sentence_and_sends_nothing(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve
) -> None:
    stub = serve()
    with pytest.raises(NotDelivered, match="refused the user and password"):
        deliver_due(sqlite_store, settings(house, authority, stub, "wrong"), house, now=NOW)
    assert stub.messages == []


def test_files_that_are_gone_are_told(sqlite_store: Store, house: Path, authority: Authority, serve: Serve) -> None:
    stub = serve()
    for path in (house / "var/digests/2011-03/issue-1/public").iterdir():
        path.unlink()
    with pytest.raises(NotDelivered, match="2011-03 issue 1: There are no files"):
        deliver_due(sqlite_store, settings(house, authority, stub), house, now=NOW)


def test_an_issue_older_than_a_week_is_not_sent(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve
) -> None:
    stub = serve()
    assert deliver_due(sqlite_store, settings(house, authority, stub), house, now=NOW + timedelta(days=8)) == ()


@pytest.fixture
def north(sqlite_store: Store, house: Path) -> str:
    """Give a mailbox with an issue of its own beside the one over all."""
    folder = house / "var/digests/north/2011-03/issue-1/public"
    folder.mkdir(parents=True)
    (folder / "users-and-uses-2011-03.html").write_text("<p>of the north</p>")
    table = '[digests]\nper_mailbox = true\n[mailboxes.north]\nhost = "mail.x.org"\nuser = "n@x.org"\n'
    (house / "north.toml").write_text(table)
    (box,) = mailboxes_of(load_settings(house / "north.toml", {}))
    issue_of_march(sqlite_store, NOW, box.account)
    issue_of_march(sqlite_store, NOW, "south-that-is-no-more")
    return table


def test_a_mailboxs_own_issue_goes_out_beside_the_one_over_all(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve, north: str
) -> None:
    stub = serve()
    chosen = settings(house, authority, stub, more=north)
    assert deliver_due(sqlite_store, chosen, house, now=NOW)[2:] == tuple(
        f"north 2011-03 issue 1 to {one}@x.org" for one in "ab"
    )
    mail = message_from_bytes(stub.messages[2], policy=default)
    assert mail["Subject"] == "Users and uses, north, March 2011 (issue 1, provisional)"
    assert "of the north" in next(mail.iter_attachments()).get_content()
    assert deliver_due(sqlite_store, chosen, house, now=NOW) == ()
    assert delivered(sqlite_store, chosen, NOW)[2].startswith("north 2011-03 issue 1 to a@x.org: sent")


def test_a_mailbox_with_recipients_of_its_own_tells_them_alone(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve, north: str
) -> None:
    stub = serve()
    chosen = settings(house, authority, stub, more=f'{north}digest_recipients = ["n@x.org"]\n')
    deliver_due(sqlite_store, chosen, house, now=NOW)
    assert recipients(stub) == ["a@x.org", "b@x.org", "n@x.org"]
    nobody = settings(house, authority, stub, more=f"{north}digest_recipients = []\n")
    assert nobody.recipients_of("north") == ()


def test_an_issue_without_files_holds_up_no_other(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve, north: str
) -> None:
    stub = serve()
    chosen = settings(house, authority, stub, more=north)
    shutil.move(house / "var/digests/2011-03", house / "elsewhere")
    with pytest.raises(NotDelivered, match="2011-03 issue 1: There are no files"):
        deliver_due(sqlite_store, chosen, house, now=NOW)
    subject = "Users and uses, north, March 2011 (issue 1, provisional)"
    assert [message_from_bytes(raw, policy=default)["Subject"] for raw in stub.messages] == [subject] * 2
    shutil.move(house / "elsewhere", house / "var/digests/2011-03")
    assert len(deliver_due(sqlite_store, chosen, house, now=NOW)) == 2  # once they are back: those over all


def test_a_mailboxs_issue_goes_to_nobody_where_the_settings_ask_for_no_digests_of_mailboxes(
    sqlite_store: Store, house: Path, authority: Authority, serve: Serve, north: str
) -> None:
    stub = serve()
    chosen = settings(house, authority, stub, more=north.replace("true", "false"))
    assert deliver_due(sqlite_store, chosen, house, now=NOW) == tuple(f"2011-03 issue 1 to {one}@x.org" for one in "ab")
    assert len(stub.messages) == 2
    assert chosen.delivers
