"""That the database is away, told by the process that runs the schedule: all other alerts are remembered in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.commands.alerting import tell
from pipeline.config import Settings
from pipeline.flow.alerts import Kind
from storage.alerts import Alert
from storage.errors import StorageError

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
