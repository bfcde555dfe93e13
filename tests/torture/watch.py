"""A watch over a siege: when something stands still, it is named, with where every thread and every process is."""

import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

PATIENCE = 300.0  # seconds; the longest that a poll may take, and some


class Watch:
    """Knows when each part of a siege last moved. `still` holds a sentence for every part that stood still."""

    def __init__(self, folder: Path, patience: float = PATIENCE, tell: Callable[[str], None] = print) -> None:
        self._folder, self._patience, self._tell = folder, patience, tell
        self._moved: dict[str, float] = {}
        self._over = threading.Event()
        self.still: list[str] = []

    def moved(self, part: str) -> None:
        """Note that a part of the siege moves."""
        self._moved[part] = time.monotonic()

    def start(self) -> None:
        """Look every few seconds until `stop`."""
        threading.Thread(target=self._look_on, daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _look_on(self) -> None:
        while not self._over.wait(self._patience / 20):
            late = [part for part, at in self._moved.items() if time.monotonic() - at > self._patience]
            if late:
                self._told(late)

    def _told(self, parts: list[str]) -> None:
        """Say what stands still and where everything is, then end the pollers, so that the siege can end and tell."""
        sentence = f"{' and '.join(parts)} stood still for {self._patience:g} seconds"
        self.still.append(sentence)
        self._tell(f"  {sentence}:")
        faulthandler.dump_traceback(sys.__stderr__ or sys.stderr, all_threads=True)
        for line in _places(self._folder):
            self._tell(line)
        for number in processes_of(self._folder):
            with suppress(OSError):
                os.kill(number, signal.SIGABRT)  # Python writes where it is, and ends
        for part in parts:
            self.moved(part)


def processes_of(folder: Path) -> list[int]:
    """Find what still runs of pollers: they carry the folder in their environment."""
    mark = f"TORTURE={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


def _places(folder: Path) -> Iterator[str]:
    """Say of each process of a siege what it is and what of the system it waits for."""
    for number in processes_of(folder):
        process = Path(f"/proc/{number}")
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            waits = (process / "wchan").read_text()
            yield f"    process {number} ({words.strip()[:120]}) waits in {waits}"
