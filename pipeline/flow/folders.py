"""The folders of a mailbox, one after the other: what is wrong with one of them holds up no other."""

import threading
from collections.abc import Callable, Iterable

from pipeline.mail.errors import FolderError, FolderRebuilt, FoldersFailed, MailboxError, ServerRefused


class Folders:
    """What is left to do of a mailbox's folders, over as many connections as it takes."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._left = list(folders)
        self._failed: list[MailboxError] = []

    def each(self, do: Callable[[str], None], stop: threading.Event) -> None:
        """Do each folder that is left; what concerns one folder alone is kept for `raise_failed`.

        Any other error is raised at once, and the folder is left. One that was rebuilt while it was read is left for
        the next connection, behind the others.
        """
        while self._left and not stop.is_set():
            try:
                do(self._left[0])
            except FolderRebuilt:
                self._left.append(self._left.pop(0))
                raise
            except (FolderError, ServerRefused) as error:
                self._failed.append(error)
            self._left.pop(0)

    def raise_failed(self) -> None:
        """Raise what was wrong with single folders: the MailboxError of one, FoldersFailed of several."""
        if self._failed:
            raise self._failed[0] if len(self._failed) == 1 else FoldersFailed(tuple(self._failed))
