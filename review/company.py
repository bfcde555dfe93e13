"""Who else has a message open just now: kept in memory, forgotten in a minute."""

from datetime import datetime, timedelta
from threading import Lock

STAYS = timedelta(seconds=45)


class Company:
    """The people at each message, by when they were last seen there."""

    def __init__(self) -> None:
        """Begin with nobody anywhere."""
        self._seen: dict[int, dict[str, datetime]] = {}
        self._lock = Lock()

    def arrive(self, message_id: int, name: str, now: datetime) -> tuple[str, ...]:
        """Note that somebody looks at a message; give the names of the others who do."""
        with self._lock:
            self._forget(now)
            here = self._seen.setdefault(message_id, {})
            here[name] = now
            return tuple(sorted(other for other in here if other != name))

    def leave(self, message_id: int, name: str) -> None:
        """Note that somebody is done with a message."""
        with self._lock:
            self._seen.get(message_id, {}).pop(name, None)

    def _forget(self, now: datetime) -> None:
        for message_id in list(self._seen):
            here = {name: at for name, at in self._seen[message_id].items() if now - at < STAYS}
            if here:
                self._seen[message_id] = here
            else:
                del self._seen[message_id]
