"""A process that goes on with settings of before says so: in its log, on `status`, and as an alert, until it ends."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.commands.alerting import look
from pipeline.commands.settings_watch import SettingsWatch, watched_settings
from pipeline.config import load_settings
from pipeline.flow.trouble import Kind
from storage.engine import Store, open_store
from storage.outdated import Outdated, outdated

Statshop = Callable[..., tuple[int, str]]
NOW = datetime(2011, 3, 16, 9, 0, tzinfo=UTC)
BEFORE = "[alerts]\ndisk_free_megabytes = 0\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(BEFORE)
    return tmp_path / "config.toml"


def watch_of(config: Path, environ: dict[str, str] | None = None) -> SettingsWatch:
    given = environ or {}
    settings = load_settings(config, given)
    return SettingsWatch(settings, config, "statshop worker", began_at=NOW, environ=given)


def troubles(store: Store, config: Path, now: datetime = NOW) -> list[str]:
    return [one.words for one in look(store, load_settings(config, {}), config.parent, now=now)]


def test_a_changed_file_is_told_once_in_the_log_and_stands_until_the_process_ends(
    store: Store, config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    watch = watch_of(config)
    watch.look(store, NOW)
    assert troubles(store, config) == []
    config.write_text(BEFORE + '[mailboxes.box]\nhost = "h"\nuser = "u"\n[log]\nlevel = "debug"\n')
    for _ in range(2):
        watch.look(store, NOW)
    (words,) = troubles(store, config)
    assert words.startswith("These go on with settings of before until they are restarted: statshop worker on ")
    assert ", started 16 March 2011 at 09:00. [log], [mailboxes.box] in " in words
    assert [record.levelname for record in caplog.records].count("WARNING") == 1
    watch.end(store)
    assert troubles(store, config) == []


def test_settings_put_back_as_they_were_are_no_news(store: Store, config: Path) -> None:
    watch = watch_of(config)
    for text, told in ((BEFORE + "# a remark\n", 0), ("[log]\n", 1), (BEFORE, 0)):
        config.write_text(text)
        watch.look(store, NOW)
        assert len(outdated(store, now=NOW)) == told


def test_a_file_with_a_mistake_is_told_before_a_restart_fails(store: Store, config: Path) -> None:
    watch = watch_of(config)
    config.write_text("[log]\nlevle = 1\n")
    watch.look(store, NOW)
    (one,) = outdated(store, now=NOW)
    assert "has mistakes now, and nothing would start again: " in one.words
    assert "log.levle is not a setting" in one.words
    config.unlink()
    watch.look(store, NOW)
    assert outdated(store, now=NOW)[0].words.endswith("config.toml is gone, and nothing would start again")


def test_a_secret_that_was_changed_is_told_and_not_quoted(store: Store, config: Path) -> None:
    config.write_text('[mailboxes.box]\nhost = "h"\nuser = "u"\n')
    (secret := config.parent / "secret").write_text("first")
    watch = watch_of(config, {"STATSHOP_MAILBOXES__BOX__PASSWORD_FILE": str(secret)})
    secret.write_text("second")
    watch.look(store, NOW)
    assert outdated(store, now=NOW)[0].words == f"[mailboxes.box] in {config} changed since"


def test_a_link_is_followed_anew_at_each_look(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Kubernetes brings settings: the file stays where it was, what it links to is another."""
    monkeypatch.setattr("pipeline.commands.settings_watch.SECONDS", 0.02)
    (first := tmp_path / "first.toml").write_text("[log]\n")
    (second := tmp_path / "second.toml").write_text('[log]\nlevel = "debug"\n')
    (link := tmp_path / "config.toml").symlink_to(first)
    with watched_settings(store, load_settings(link), link, "statshop serve"):
        (tmp_path / "next").symlink_to(second)
        (tmp_path / "next").replace(link)
        first.unlink()
        assert [one.words for one in told_of(store)] == [f"[log] in {link} changed since"]


def told_of(store: Store) -> tuple[Outdated, ...]:
    """Wait until a process says that it is outdated."""
    deadline = time.monotonic() + 30
    while not (found := outdated(store, now=datetime.now(tz=UTC))) and time.monotonic() < deadline:
        pass
    return found


def test_who_was_not_heard_of_for_long_has_ended(store: Store, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.outdated.this_process", lambda: "elsewhere 7 100")
    watch = watch_of(config)
    config.write_text("[log]\n")
    watch.look(store, NOW)
    assert [len(outdated(store, now=NOW + timedelta(minutes=minutes))) for minutes in (5, 6)] == [1, 0]


@pytest.mark.parametrize(
    ("command", "waits"),
    [
        (("schedule",), "pipeline.commands.schedule._wait"),
        (("serve", "--page-only"), "pipeline.commands.serve._page"),
        pytest.param(("worker",), "pipeline.jobs.queue.run_worker", marks=pytest.mark.postgres),
    ],
    ids=["schedule", "serve", "worker"],
)
def test_each_process_that_stays_watches_its_settings(
    command: tuple[str, ...],
    waits: str,
    house: Path,
    statshop: Statshop,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    url = f"sqlite:///{house}/var/statshop.db"
    if command == ("worker",):
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("STATSHOP_STORAGE__URL", url)
        monkeypatch.setattr("pipeline.commands.worker._end_in_time", lambda stop, beneath: None)
    monkeypatch.setattr("pipeline.commands.settings_watch.SECONDS", 0.02)
    said: list[str] = []

    def changed_meanwhile(*parts: object, **named: object) -> None:
        (house / "changed").write_text("[digests]\npdf = true\n")
        (house / "changed").replace(house / "config.toml")  # at once: half a file is other settings as well
        with open_store(url) as store:
            said.extend(f"{one.what}: {one.words}" for one in told_of(store))
        said.append(statshop("status")[1])

    (house / "config.toml").write_text("[page]\nport = 0\n")
    statshop("upgrade")
    monkeypatch.setattr(waits, changed_meanwhile)
    assert statshop(*command)[0] == 0
    assert said[0].startswith(f"statshop {command[0]}: [page], [digests] in ")
    assert f"STATSHOP WARNING - {Kind.SETTINGS}: running processes" in said[1]
    assert "These go on with settings of before until they are restarted: statshop" in said[1]
    with open_store(url) as store:
        assert outdated(store, now=datetime.now(tz=UTC)) == ()
