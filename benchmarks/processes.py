"""What all processes below this one cost together: memory counted once where it is shared (PSS), processor time."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY = 0.5  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Looks at the processes below this one while it stands open; those whose command holds `without` are left out.

    What they had of the processor before it was opened does not count.
    """

    def __init__(self, without: str = "dovecot") -> None:
        self._without = without
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._seconds: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self.peak = 0.0  # MB

    def __enter__(self) -> Self:
        self._before = {pid: cpu(pid) or 0.0 for pid in below(os.getpid())}
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def cpu_seconds(self) -> float:
        """Give the processor time of all of them, those that have ended as they were last seen."""
        return sum(seconds - self._before.get(pid, 0.0) for pid, seconds in self._seconds.items())

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            seen = [pid for pid in below(os.getpid()) if self._without not in _command(pid)]
            self._seconds |= {pid: seconds for pid in seen if (seconds := cpu(pid)) is not None}
            self.peak = max(self.peak, sum(map(memory, seen)))


def below(root: int) -> set[int]:
    """Give all processes that a process started, and those that they started."""
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit()}
    found, layer = set[int](), {root}
    while layer:
        layer = {pid for pid, parent in parents.items() if parent in layer}
        found |= layer
    return found


def memory(pid: int, kind: str = "Pss:") -> float:
    """Give the memory of a process in MB, its part of what is shared; 0 when it has ended.

    "Pss_Anon:" leaves out the files that it maps (proc_pid_smaps(5)).
    """
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) / 1024
    return 0.0


def _parent(folder: Path) -> int:
    fields = _read(folder / "stat").rpartition(")")[2].split()
    return int(fields[1]) if fields else 0


def cpu(pid: int) -> float | None:
    """Give the seconds of the processor that a process has had; None when it has ended."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else None


def cpu_with_ended(pid: int) -> float:
    """Give the seconds that a process and those children of its that have ended have had; 0 when it has ended."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _command(pid: int) -> str:
    return _read(Path(f"/proc/{pid}/cmdline"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
