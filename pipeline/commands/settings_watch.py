"""A long-running process watches its settings file: they are read once, so a change waits until it starts again."""

import logging
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.commands.opening import clock
from pipeline.config import Settings, load_settings
from pipeline.errors import ConfigError, ConfigMissing
from storage.engine import Store
from storage.outdated import Outdated, no_longer_outdated, say_outdated

SECONDS = 60.0  # between two looks
SECONDS_TO_END = 2.0  # a look that a database keeps waiting holds up no end

log = logging.getLogger(__name__)


@contextmanager
def watched_settings(store: Store, settings: Settings, file: Path, what: str) -> Iterator[None]:
    """Look each minute, while the block lasts, whether the settings are still those that this process began with."""
    watch, ended = SettingsWatch(settings, file.absolute(), what, began_at=clock()), threading.Event()
    watcher = threading.Thread(target=_look_on, args=(watch, store, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join(SECONDS_TO_END)
        watch.end(store)


def _look_on(watch: "SettingsWatch", store: Store, ended: threading.Event) -> None:
    while not ended.wait(SECONDS):
        watch.look(store, clock())


class SettingsWatch:
    """Says in the log, once, and in the store, for `status` and alerts, that a process is outdated, or is no more."""

    def __init__(
        self,
        settings: Settings,
        file: Path,
        what: str,
        *,
        began_at: datetime,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """`what` names the process, such as "statshop serve"."""
        self._began_with, self._file, self._environ = settings, file, environ
        self._what, self._began_at, self._said = what, began_at, ""

    def look(self, store: Store, now: datetime) -> None:
        """Compare the settings with those of the beginning."""
        words = self._changed()
        if words and words != self._said:
            log.warning("%s goes on with settings of before: %s", self._what, words)
        if words:
            told = Outdated(what=self._what, machine=socket.gethostname(), began_at=self._began_at, words=words)
            say_outdated(store, told, now=now)
        elif self._said:
            log.info("%s has the settings again with which it began", self._what)
            no_longer_outdated(store)
        self._said = words

    def end(self, store: Store) -> None:
        """Take back what was said: this process ends."""
        if self._said:
            no_longer_outdated(store)

    def _changed(self) -> str:
        """Say what is so of the settings now; "" where they are those of the beginning, secrets in files included."""
        try:
            now = load_settings(self._file, self._environ)
        except ConfigMissing:
            return f"{self._file} is gone, and nothing would start again"
        except ConfigError as error:
            return f"{self._file} has mistakes now, and nothing would start again: {error.problems[0]}".rstrip(".")
        if now == self._began_with:
            return ""
        return f"{', '.join(_differing(self._began_with, now))} in {self._file} changed since"


def _differing(before: Settings, now: Settings) -> Iterator[str]:
    """Name the tables that differ; of mailboxes each by itself."""
    for name in Settings.model_fields:
        if name != "mailboxes" and getattr(before, name) != getattr(now, name):
            yield f"[{name}]"
    for name in sorted({*before.mailboxes, *now.mailboxes}):
        if before.mailboxes.get(name) != now.mailboxes.get(name):
            yield f"[mailboxes.{name}]"
