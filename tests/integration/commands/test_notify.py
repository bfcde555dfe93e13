"""Issues sent over GOV.UK Notify: each once, with files that it takes, the key from the environment or a file."""

import base64
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.issued import issue_of_march
from fakes.notify_server import KEY, NotifyStub

from digests.issues.locked import LOCK, locked
from pipeline.commands.delivering import deliver_due, delivered
from pipeline.config import Settings, load_settings
from pipeline.errors import NotDelivered, StatshopError
from storage.engine import Store

NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
LARGE = 2 * 1024 * 1024 + 1


@pytest.fixture
def house(tmp_path: Path, sqlite_store: Store) -> Path:
    """Give a deployment with an issue of March."""
    folder = tmp_path / "var/digests/2011-03/issue-1/public"
    folder.mkdir(parents=True)
    for ending in ("html", "ods", "xlsx", "csv"):
        (folder / f"users-and-uses-2011-03.{ending}").write_bytes(ending.encode())
    issue_of_march(sqlite_store, NOW)
    return tmp_path


@pytest.fixture
def stub() -> Iterator[NotifyStub]:
    with NotifyStub().serving() as started:
        yield started


def settings(house: Path, stub: NotifyStub, formats: str = '["ods", "xlsx"]') -> Settings:
    (house / "delivery.toml").write_text(
        f'[delivery]\nrecipients = ["a@x.org", "b@x.org"]\nnotify_template = "{TEMPLATE}"\n'
        f'notify_address = "{stub.address}"\nformats = {formats}\n'
    )
    (house / "key").write_text(KEY)
    return load_settings(house / "delivery.toml", {"STATSHOP_DELIVERY__NOTIFY_KEY_FILE": str(house / "key")})


def test_an_issue_goes_once_to_each_with_the_workbook_and_no_ods(
    sqlite_store: Store, house: Path, stub: NotifyStub
) -> None:
    chosen = settings(house, stub)
    assert len(deliver_due(sqlite_store, chosen, house, now=NOW)) == 2
    assert deliver_due(sqlite_store, chosen, house, now=NOW + timedelta(hours=1)) == ()
    assert [one["email_address"] for one in stub.sent] == ["a@x.org", "b@x.org"]
    places = stub.sent[0]["personalisation"]
    assert places["link_to_xlsx"]["filename"] == "users-and-uses-2011-03.xlsx"
    assert base64.b64decode(places["link_to_xlsx"]["file"]) == b"xlsx"
    assert places["link_to_xlsx"]["retention_period"] == "26 weeks"
    assert (places["month"], places["issue"], places["link_to_pdf"]) == ("March 2011", "1", "not attached")


def test_a_file_that_notify_would_not_take_is_named_instead(sqlite_store: Store, house: Path, stub: NotifyStub) -> None:
    (house / "var/digests/2011-03/issue-1/public/users-and-uses-2011-03.xlsx").write_bytes(b"x" * LARGE)
    deliver_due(sqlite_store, settings(house, stub), house, now=NOW)
    assert stub.sent[0]["personalisation"]["link_to_xlsx"] == "not attached"
    assert stub.sent[0]["personalisation"]["left_out"] == "users-and-uses-2011-03.xlsx"


def test_what_is_withdrawn_before_it_is_sent_goes_to_nobody(
    sqlite_store: Store, house: Path, stub: NotifyStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody withdraws a quote just before each mail, and would while it is sent: then they wait for the lock."""
    digests = house / "var/digests"
    sheet = digests / "2011-03/issue-1/public/users-and-uses-2011-03.xlsx"
    sheet.write_bytes(b"a quote")
    free: list[bool] = []
    stub.meanwhile = lambda: free.append(is_free(digests / LOCK))

    @contextmanager
    def behind_a_withdrawal(folder: Path) -> Iterator[None]:
        with locked(folder):
            sheet.write_bytes(b"[withdrawn]")
        with locked(folder):
            yield

    monkeypatch.setattr("pipeline.commands.delivering.locked", behind_a_withdrawal)
    assert len(deliver_due(sqlite_store, settings(house, stub), house, now=NOW)) == 2
    sent = [base64.b64decode(one["personalisation"]["link_to_xlsx"]["file"]) for one in stub.sent]
    assert (sent, free) == ([b"[withdrawn]"] * 2, [False, False])


def is_free(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.mark.parametrize(("status", "again"), [(403, 2), (500, 0), (0, 0)])
def test_what_surely_did_not_go_out_is_tried_again_and_nothing_else(
    sqlite_store: Store, house: Path, stub: NotifyStub, status: int, again: int
) -> None:
    stub.status = status
    with pytest.raises(NotDelivered):
        deliver_due(sqlite_store, settings(house, stub), house, now=NOW)
    stub.status = 201
    assert len(deliver_due(sqlite_store, settings(house, stub), house, now=NOW)) == again
    assert all("broke off" in line for line in delivered(sqlite_store, settings(house, stub), NOW)) == (again == 0)


def test_the_key_stands_in_no_message_and_no_settings_shown(house: Path, stub: NotifyStub) -> None:
    assert KEY not in repr(settings(house, stub))


def test_formats_that_notify_does_not_take_are_refused_at_the_start(house: Path, stub: NotifyStub) -> None:
    with pytest.raises(StatshopError, match="xlsx or pdf"):
        settings(house, stub, '["ods", "html"]')
