"""A database in trouble: locked by others, its disk filled and freed, its connections ended; SQLite and PostgreSQL."""

import os
import random
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol


class Database(Protocol):
    """What a siege needs of a database."""

    url: str
    troubles: Counter[str]

    def trouble(self, chance: random.Random, calm: threading.Event) -> None:
        """Make trouble for a moment."""

    def file_limit(self, chance: random.Random) -> int | None:
        """Give the size that files of the next poller may not pass; None for no limit."""


class OnSqlite:
    """A file on a small disk of its own (a tmpfs, where this account may mount one)."""

    def __init__(self, folder: Path, *, on_small_disk: bool) -> None:
        self._folder, self._on_small_disk = folder, on_small_disk
        self.file = folder / "statshop.db"
        self.url = f"sqlite:///{self.file}"
        self.troubles: Counter[str] = Counter()

    def trouble(self, chance: random.Random, calm: threading.Event) -> None:
        """Hold the writer's lock, or fill the disk, for up to a few seconds."""
        if self._on_small_disk and chance.random() < 0.4:
            self._fill(chance.uniform(0.5, 4), calm)
        else:
            self._lock(chance.uniform(0.2, 3), calm)

    def file_limit(self, chance: random.Random) -> int | None:
        """Where there is no small disk, let the files grow by a little only, now and then."""
        if self._on_small_disk or chance.random() < 0.8 or not self.file.exists():
            return None
        self.troubles["file size limited"] += 1
        return self.file.stat().st_size + chance.randrange(50_000)

    def _lock(self, seconds: float, calm: threading.Event) -> None:
        holder = sqlite3.connect(self.file, isolation_level=None, timeout=5)
        with suppress(sqlite3.OperationalError):
            holder.execute("BEGIN IMMEDIATE")
            self.troubles["locked by others"] += 1
            calm.wait(seconds)
            holder.execute("ROLLBACK")
        holder.close()

    def _fill(self, seconds: float, calm: threading.Event) -> None:
        """Take all the space that is left, then give it back."""
        ballast = self._folder / "ballast"
        try:
            with ballast.open("wb") as full, suppress(OSError):
                size = 1 << 24
                while size >= 4096:
                    try:
                        os.posix_fallocate(full.fileno(), full.seek(0, os.SEEK_END), size)
                    except OSError:
                        size //= 2
            self.troubles["disk filled"] += 1
            calm.wait(seconds)
        finally:
            ballast.unlink(missing_ok=True)


class OnPostgresql:
    """A database of a server; `url` is its address. Its disk is not filled: the server would stop for good."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._address = url.replace("+psycopg", "")
        self.troubles: Counter[str] = Counter()

    def trouble(self, chance: random.Random, calm: threading.Event) -> None:
        """Lock the tables that a poll writes, or end every connection of the program."""
        import psycopg

        with psycopg.connect(self._address) as connection:
            if chance.random() < 0.4:
                ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'statshop'"
                connection.execute(ended)
                self.troubles["connections ended"] += 1
                return
            with suppress(psycopg.Error):
                connection.execute("SET lock_timeout = '5s'")
                connection.execute("LOCK TABLE message, slot IN ACCESS EXCLUSIVE MODE")
                self.troubles["locked by others"] += 1
                calm.wait(chance.uniform(0.2, 3))

    def file_limit(self, chance: random.Random) -> int | None:
        """Give none: the files are the server's."""
        return None


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a small tmpfs at a folder where this account may; tells whether it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
