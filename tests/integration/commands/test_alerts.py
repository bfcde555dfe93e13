"""Alerts sent: over SMTP with STARTTLS and a sign-in, over a webhook, once each, and again what did not go out."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from fakes.certificates import Authority
from fakes.serving import serving
from fakes.smtp_server import SmtpStub

from pipeline.commands.alerting import check_alerts, look, send_test
from pipeline.commands.away import DatabaseWatch, wait_for_database
from pipeline.commands.opening import mailboxes_of
from pipeline.config import Settings, load_settings
from pipeline.errors import NoticeNotSent
from pipeline.flow.trouble import Kind
from storage.alerts import standing_alerts, untold_alerts
from storage.engine import Store, open_store
from storage.errors import DiskFull, StorageUnreachable
from storage.ledger import LedgerCounts, LedgerRow, LedgerUids, save_count
from storage.records import RunCounts, RunOutcome
from storage.reports import save_issue
from storage.runs import begin_run, end_run, runs

NOW = datetime(2011, 3, 16, 9, 0, tzinfo=UTC)
REFUSED = 'The mail server refused the sign-in to mailbox "box".'
BOX_WITH_DIGESTS = '[digests]\nper_mailbox = true\n[mailboxes.box]\nhost = "localhost"\nuser = "u"\n'
Statshop = Callable[..., tuple[int, str]]


class Webhook(HTTPServer):
    """Keeps what is posted; answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), PostKept)
        self.posted: list[dict[str, Any]] = []
        self.status = 200


class PostKept(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Webhook

    def do_POST(self) -> None:
        """Keep the JSON."""
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.posted.append(content)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Serve a webhook on the loopback."""
    server = Webhook()
    with serving(server):
        yield server


@pytest.fixture
def settings(tmp_path: Path, webhook: Webhook) -> Settings:
    """Give settings with one mailbox, told over the webhook."""
    (tmp_path / "config.toml").write_text(
        '[mailboxes.box]\nhost = "localhost"\nuser = "u"\n[alerts]\ndisk_free_megabytes = 0\n'
    )
    address = f"http://127.0.0.1:{webhook.server_port}/hook"
    return load_settings(tmp_path / "config.toml", {"STATSHOP_ALERTS__WEBHOOK": address})


def polled(store: Store, at: datetime, fault: str = "") -> None:
    outcome = RunOutcome.FAILED if fault else RunOutcome.DONE
    number = begin_run(store, "poll", "box", now=at)
    end_run(store, number, outcome, RunCounts(), REFUSED if fault else "", now=at, fault=fault)


def test_a_refused_sign_in_is_told_once_and_its_end_once(
    store: Store, settings: Settings, webhook: Webhook, tmp_path: Path
) -> None:
    polled(store, NOW, "SignInRefused")
    for minutes in (0, 5, 10):
        check_alerts(store, settings, tmp_path, now=NOW + timedelta(minutes=minutes))
    assert [one["state"] for one in webhook.posted] == ["began"]
    assert REFUSED in webhook.posted[0]["text"]
    polled(store, NOW + timedelta(minutes=20))
    for minutes in (21, 26):
        check_alerts(store, settings, tmp_path, now=NOW + timedelta(minutes=minutes))
    assert [one["state"] for one in webhook.posted] == ["began", "ended"]
    assert webhook.posted[1]["text"].startswith("StatShop: over: sign-in refused: box")
    assert standing_alerts(store) == ()
    assert [run.job for run in runs(store, now=NOW)].count("alerts") == 2  # of five looks: the two with news


def test_a_count_that_does_not_add_up_is_told_until_one_does(
    store: Store, settings: Settings, webhook: Webhook, tmp_path: Path
) -> None:
    polled(store, NOW)
    (box,) = mailboxes_of(settings)
    here = {"account": box.account, "folder": "INBOX", "day": "2011-03-16", "counted_at": NOW, "uidvalidity": 7}
    save_count(store, LedgerRow(**here, counts=LedgerCounts(missing=2), uids=LedgerUids(missing="4:5")))
    check_alerts(store, settings, tmp_path, now=NOW)
    assert "2 messages on the server that the polls passed" in webhook.posted[0]["text"]
    save_count(store, LedgerRow(**here))
    assert check_alerts(store, settings, tmp_path, now=NOW) == ()
    assert [one["state"] for one in webhook.posted] == ["began", "ended"]


def test_a_month_that_was_not_issued_as_final_is_told_after_a_fortnight_until_it_is(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(BOX_WITH_DIGESTS)
    settings = load_settings(tmp_path / "config.toml", {})
    (box,) = mailboxes_of(settings)

    def told(at: datetime) -> list[str]:
        return [one.words for one in look(store, settings, tmp_path, now=at) if one.kind is Kind.FINAL]

    for account in (None, box.account):
        issued(store, account, 1, "provisional")
    begins = datetime(2011, 5, 14, 23, tzinfo=UTC)  # from 1 May in London an issue of March is final
    assert (told(begins - timedelta(minutes=1)), len(told(begins))) == ([], 1)
    assert "final: 2011-03, 2011-03 (box). Only a person" in told(begins)[0]
    issued(store, None, 2, "final")
    assert "final: 2011-03 (box). Only a person" in told(begins)[0]
    issued(store, box.account, 2, "final")
    assert told(begins) == []


def issued(store: Store, account: str | None, number: int, status: str) -> None:
    named = {"month": "2011-03", "account": account, "number": number, "status": status}
    save_issue(store, **named, message_ids=(), issued_at=NOW, rules_version="r17", figures="{}", sha256="abc")


def test_what_could_not_be_sent_is_sent_at_the_next_look(
    sqlite_store: Store, settings: Settings, webhook: Webhook, tmp_path: Path
) -> None:
    polled(sqlite_store, NOW, "SignInRefused")
    webhook.status = 503
    check_alerts(sqlite_store, settings, tmp_path, now=NOW)
    assert len(untold_alerts(sqlite_store)) == 1
    webhook.status = 200
    polled(sqlite_store, NOW + timedelta(minutes=1))
    check_alerts(sqlite_store, settings, tmp_path, now=NOW + timedelta(minutes=2))
    assert [one["state"] for one in webhook.posted] == ["began and ended"]
    assert untold_alerts(sqlite_store) == ()


def test_a_webhook_that_refuses_is_a_sentence(settings: Settings, webhook: Webhook) -> None:
    webhook.status = 404
    with pytest.raises(NoticeNotSent, match=r"could not be sent over 127\.0\.0\.1: it answered 404"):
        send_test(settings, now=NOW)


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[tuple[SmtpStub, Authority]]:
    """Serve SMTP on the loopback."""
    authority = Authority(tmp_path)
    with SmtpStub(authority.server_context()).serving() as stub:
        yield stub, authority


def mail_settings(tmp_path: Path, server: SmtpStub, authority: Authority | None, password: str) -> Settings:
    lines = 'recipients = ["a@x.org", "b@x.org"]\nsender = "s@x.org"\nhost = "localhost"\n'
    lines += f"port = {server.port}\n"
    lines += f'ca_file = "{authority.ca_file}"\n' if authority else ""
    (tmp_path / "mail.toml").write_text(f'[alerts]\n{lines}user = "user"\n')
    return load_settings(tmp_path / "mail.toml", {"STATSHOP_ALERTS__PASSWORD": password})


def test_an_email_goes_out_encrypted_and_says_it_is_automatic(smtp: tuple[SmtpStub, Authority], tmp_path: Path) -> None:
    server, authority = smtp
    assert send_test(mail_settings(tmp_path, server, authority, "secret"), now=NOW) == 1
    message = message_from_bytes(server.messages[0], policy=policy.default)
    assert message["To"] == "a@x.org, b@x.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "StatShop: test of alerts"
    assert server.said.index("STARTTLS") < next(n for n, words in enumerate(server.said) if words.startswith("AUTH"))


def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    smtp: tuple[SmtpStub, Authority], tmp_path: Path
) -> None:
    server, _ = smtp
    with pytest.raises(NoticeNotSent):
        send_test(mail_settings(tmp_path, server, None, "secret"), now=NOW)
    assert not any(words.startswith("AUTH") for words in server.said)


def test_a_wrong_password_is_a_sentence(smtp: tuple[SmtpStub, Authority], tmp_path: Path) -> None:
    server, authority = smtp
    with pytest.raises(NoticeNotSent, match="refused the user and password"):
        send_test(mail_settings(tmp_path, server, authority, "wrong"), now=NOW)


def test_the_command_says_what_is_wrong_and_exits_as_monitoring_does(statshop: Statshop, house: Path) -> None:
    statshop("upgrade")
    assert statshop("alerts")[0] == 0
    (house / "config.toml").write_text("[alerts]\ndisk_free_megabytes = 1000000000\n")
    status, said = statshop("alerts")
    assert status == 2
    assert "CRITICAL disk low" in said


def test_a_schema_that_is_not_current_is_told(statshop: Statshop, house: Path) -> None:
    status, said = statshop("alerts")
    assert status == 2
    assert "CRITICAL schema not current: database: The database has no tables yet" in said


def test_what_was_seen_is_said_where_it_cannot_be_written_down(
    statshop: Statshop, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (house / "config.toml").write_text("[alerts]\ndisk_free_megabytes = 1000000000\n")
    statshop("upgrade")

    def full(*args: object, **more: object) -> None:
        raise DiskFull

    monkeypatch.setattr("pipeline.commands.alerting.keep_news", full)
    status, said = statshop("alerts")
    assert status == 2
    assert "disk low" in said
    assert "The disk that holds the database is full" in said


def test_a_key_of_erasures_that_is_lost_or_overwritten_is_told(statshop: Statshop, house: Path) -> None:
    (house / "one.eml").write_bytes(b"From: ann@example.org\r\nSubject: Request\r\n\r\nWe use the report.\r\n")
    statshop("import", "one.eml")
    statshop("person", "erase", "ann@example.org", "--yes")
    assert statshop("alerts")[0] == 0
    key = house / "var/statshop.db.key"
    for ruin in (lambda: key.write_bytes(b"SQLite format 3\0\xff\xfe"), key.unlink):
        ruin()
        status, said = statshop("alerts")
        assert (status, "key of erasures missing" in said) == (2, True)
        assert "FAIL key of erasures" in statshop("doctor")[1]
        assert "key of erasures" in statshop("import", "one.eml")[1]


def test_a_database_that_is_away_is_critical(statshop: Statshop, house: Path) -> None:
    (house / "config.toml").write_text('[storage]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n')
    status, said = statshop("alerts")
    assert status == 2
    assert said.startswith("CRITICAL database away: database: The database cannot be reached")


def test_a_database_that_stays_away_is_told_once_and_so_is_its_return(settings: Settings, webhook: Webhook) -> None:
    watch = DatabaseWatch(settings)

    def look(minutes: float, found: str = "") -> None:
        def ask() -> None:
            if found:
                raise StorageUnreachable(found)

        with suppress(StorageUnreachable):
            watch.while_looking(ask, lambda: NOW + timedelta(minutes=minutes))

    look(0, "it starts anew")
    look(1)
    assert webhook.posted == []
    webhook.status = 500
    for minutes in (10, 15):
        look(minutes, "nothing listens")
    webhook.status = 200
    for minutes in (20, 25):
        look(minutes, "nothing listens")
    assert [(one["state"], one["kind"]) for one in webhook.posted] == [("began", "database away")]
    assert "nothing listens" in webhook.posted[0]["text"]
    assert "Since 16 March 2011 at 09:10." in webhook.posted[0]["text"]
    webhook.status = 500
    look(30)
    webhook.status = 200
    for minutes in (35, 40):
        look(minutes)
    assert [one["state"] for one in webhook.posted] == ["began", "ended"]


def test_a_server_that_comes_up_late_is_waited_for_and_told_where_it_lasts(
    settings: Settings, webhook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    now, looks = [NOW], []

    def pause(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    def look() -> None:
        looks.append(now[0])
        if len(looks) < 20:
            raise StorageUnreachable("nothing listens", may_pass=True)

    wait_for_database(settings, look, lambda: now[0], pause=pause)
    assert [one["state"] for one in webhook.posted] == ["began", "ended"]
    assert capsys.readouterr().out == "Waiting for the database: nothing listens (Ctrl-C ends it).\n"


def test_what_waiting_does_not_mend_is_told_at_once(settings: Settings) -> None:
    def look() -> None:
        raise StorageUnreachable("the server refused the user or the password")

    with pytest.raises(StorageUnreachable, match="refused the user"):
        wait_for_database(settings, look, lambda: NOW, pause=lambda seconds: pytest.fail("it waited"))


def test_nobody_to_tell_is_a_sentence(statshop: Statshop) -> None:
    assert statshop("alerts", "--test")[0] == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param('recipients = ["a@x.org"]', "alerts.host", id="no server"),
        pytest.param('host = "mail.x.org"\nsecurity = "plain"', "plain text to another machine", id="plain"),
    ],
)
def test_settings_that_would_not_do_are_refused(statshop: Statshop, house: Path, lines: str, words: str) -> None:
    (house / "config.toml").write_text(f"[alerts]\n{lines}\n")
    status, said = statshop("alerts")
    assert status == 1
    assert words in said


def test_a_webhook_in_plain_text_is_refused(statshop: Statshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSHOP_ALERTS__WEBHOOK", "http://hooks.x.org/1")
    status, said = statshop("alerts")
    assert (status, "not https" in said) == (1, True)


def test_a_mailbox_that_refuses_is_left_out_by_an_unattended_poll(statshop: Statshop, house: Path) -> None:
    (house / "config.toml").write_text(
        '[mailboxes.box]\nhost = "127.0.0.1"\nport = 1\nuser = "u"\nsecurity = "plain"\n'
    )
    statshop("upgrade")
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        polled(store, datetime.now(tz=UTC), "SignInRefused")
    assert statshop("poll", "--unattended")[0] == 0
    assert statshop("poll")[0] == 1
