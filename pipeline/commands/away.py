"""That the database is away, told by the process that runs the schedule: all other alerts are remembered in it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.commands.alerting import tell
from pipeline.config import Settings
from pipeline.flow.trouble import Kind
from storage.alerts import Alert
from storage.errors import StorageError, StorageUnreachable

SECONDS = 10.0  # between two looks while it is waited for
PATIENCE = timedelta(minutes=2)  # a database that only starts anew is no news


class DatabaseWatch:
    """Tells once that the database does not answer, and once that it does again; it remembers in memory alone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._away: Alert | None = None

    def while_looking(self, look: Callable[[], object], clock: Callable[[], datetime]) -> None:
        """Look by way of the database; what it fails of is told when it lasts, and raised."""
        try:
            look()
        except StorageError as error:
            self._missed(str(error), clock())
            raise
        self._answered(clock())

    def _missed(self, words: str, now: datetime) -> None:
        since = self._away or _away(words, now)
        told = since.told_began or (now - since.began_at >= PATIENCE and tell(self._settings, since, now))
        self._away = _away(words, since.began_at, told=told)

    def _answered(self, now: datetime) -> None:
        """Forget it; what was told and cannot be taken back now is tried again at the next look."""
        away = self._away
        if away is None:
            return
        if not away.told_began or tell(self._settings, _away(away.words, away.began_at, told=True, ended=now), now):
            self._away = None


def wait_for_database(
    settings: Settings,
    look: Callable[[], object],
    clock: Callable[[], datetime],
    *,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Look by way of the database at the start, again and again while its server only does not answer yet.

    After a reboot it may come up later than we do. Whoever is to be told of alerts is told where it lasts. Any other
    error is raised: waiting would not mend it.
    """
    watch, said = DatabaseWatch(settings), False
    while True:
        try:
            return watch.while_looking(look, clock)
        except StorageUnreachable as error:
            if not error.may_pass:
                raise
            if not said:
                print(f"Waiting for the database: {error.reason} (Ctrl-C ends it).", flush=True)
            said = True
            pause(SECONDS)


def _away(words: str, began: datetime, *, told: bool = False, ended: datetime | None = None) -> Alert:
    return Alert(
        id=0,
        kind=Kind.DATABASE.value,
        about="database",
        words=words,
        began_at=began,
        ended_at=ended,
        told_began=told,
        told_ended=False,
    )
