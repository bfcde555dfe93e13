"""The siege: pollers are started and killed one after the other, while the world goes on and everything fails."""

import os
import random
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from fakes.small_rules import add_needed_tags

from torture.databases import Database
from torture.proxy import BadLine, wait_for_connection
from torture.watch import Watch, processes_of
from torture.world import World

HOUSE = Path(__file__).parents[2]
_LONGEST_POLL = 180.0
_SHORT, _LONG = 3.0, 12.0  # seconds after which a poller is killed at the latest, by how long polls take
_CONFIG = """
[mailboxes.box]
host = "localhost"
port = {port}
ca_file = "{ca_file}"
user = "{user}"
folders = ["INBOX", "Archive"]
connect_timeout = 3
read_timeout = 3
batch_messages = 20

[reading]
workers = 1

[rules]
folder = "rules"

[storage]
url = "{url}"
"""
# What the tags are is not at stake here: with a rule or two, pollers and their workers start in half the time.
_RULES = """
dimension = "product"

[[tag]]
id = "cohesion"
title = "Cohesion tables"
description = "Tables of cohesion."

[[rule]]
id = "cohesion.named"
tag = "cohesion"
weight = 0.9
patterns = ["cohesion tables"]
ok = ["the cohesion tables"]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How long a siege goes on: until so many kills are made and so many messages have arrived."""

    seed: int
    kills: int
    messages: int
    rebuilds: int


@dataclass(slots=True)
class Tally:
    """What was done, in figures."""

    kills: int = 0
    complete_polls: list[tuple[float, float]] = field(default_factory=list)
    failed_polls: int = 0
    sentences: Counter[str] = field(default_factory=Counter)
    seconds_to_run_again: list[float] = field(default_factory=list)
    faults_of_the_program: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Poller:
    """A started `statshop poll`; what it says goes to a file, which, unlike a pipe, no worker of it can hold open."""

    process: subprocess.Popen[bytes]
    said: Path

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Siege:
    """One siege; `tally` tells what was done. The seed decides what is done; what it hits also depends on time."""

    def __init__(self, plan: Plan, world: World, line: BadLine, database: Database, folder: Path) -> None:
        self._plan, self._world, self._line, self._database, self._folder = plan, world, line, database, folder
        self._chance = random.Random(f"{plan.seed} kills")
        self._over = threading.Event()
        self._killed_at: float | None = None
        self._started = 0
        self.enough = threading.Event()  # set when somebody wants the verdict before the plan is fulfilled
        self.watch = Watch(folder)
        self.tally = Tally()
        self.errors: list[BaseException] = []

    def prepare(self, ca_file: Path, user: str) -> None:
        """Write the settings and make the tables."""
        fields = {"port": self._line.port, "ca_file": ca_file, "user": user, "url": self._database.url}
        (self._folder / "config.toml").write_text(_CONFIG.format(**fields))
        (self._folder / "rules").mkdir()
        (self._folder / "rules" / "products.toml").write_text(_RULES)
        add_needed_tags(self._folder / "rules")
        self.command("upgrade")

    def run(self, told: Callable[[str], None]) -> None:
        """Go on until the plan is fulfilled; then mend everything and let the program put things in order."""
        threads = [threading.Thread(target=self._watched, args=(work,)) for work in (self._weather, self._troubles)]
        for thread in threads:
            thread.start()
        self.watch.start()
        try:
            while not self.errors and not self.enough.is_set() and not self._is_fulfilled():
                self._poll_and_perhaps_kill()
                self.watch.moved("the pollers")
                told(f"{self.tally.kills} kills, {self._world.delivered} messages")
        finally:
            self._over.set()
            self._line.calm.set()
            for thread in threads:
                thread.join()
            self.watch.stop()

    def settle(self) -> None:
        """Do what the schedule and a person do on a calm day: poll, ask again for what was withheld, count."""
        for _ in range(3):
            if self._finished(self._poller()):
                break
        self.command("set-aside", "retry", "--all")
        self.command("ledger", "--reconcile")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(
            self._words(*words), env=self._environment(), capture_output=True, text=True, check=False, timeout=600
        )
        self._hear(done.returncode, done.stderr)
        return done

    def workers_left(self) -> int:
        """Count the processes of killed pollers that still live, after some time to notice."""
        deadline = time.monotonic() + 10
        while (left := len(processes_of(self._folder))) and time.monotonic() < deadline:
            time.sleep(0.2)
        return left

    def _is_fulfilled(self) -> bool:
        return self.tally.kills >= self._plan.kills and self._world.delivered >= self._plan.messages

    def _poll_and_perhaps_kill(self) -> None:
        limit = self._database.file_limit(self._chance)
        connections, begun = self._line.connections, time.monotonic()
        poller = self._poller(limit)
        if self._chance.random() < 0.1:  # while it starts
            self._killed(poller, self._chance.uniform(0, 3))
            return
        if (
            wait_for_connection(self._line, connections, 60, lambda: poller.process.poll() is None)
            and self._killed_at is not None
        ):
            self.tally.seconds_to_run_again.append(time.monotonic() - self._killed_at)
            self._killed_at = None
        if self._chance.random() < 0.85:
            self._killed(poller, self._chance.uniform(0, self._latest_kill()))
        else:
            self._finished(poller, begun)

    def _latest_kill(self) -> float:
        """Give the seconds within which pollers are killed: as long as half of the complete polls took."""
        took = [ended - begun for begun, ended in self.tally.complete_polls]
        return min(max(median(took or [_SHORT]), _SHORT), _LONG)

    def _killed(self, poller: Poller, seconds: float) -> None:
        """Kill a poller after some time, unless it has ended by then."""
        begun = time.monotonic()
        with suppress(subprocess.TimeoutExpired):
            poller.process.wait(seconds)
            self._finished(poller, begun)
            return
        self._killed_at = time.monotonic()
        poller.kill()
        self.tally.kills += 1

    def _finished(self, poller: Poller, begun: float | None = None) -> bool:
        """Let a poller end by itself; a complete one counts as a look at every folder. Tell whether it was one."""
        begun = time.monotonic() if begun is None else begun
        try:
            status = poller.process.wait(_LONGEST_POLL)
        except subprocess.TimeoutExpired:
            where = _abandoned(poller)
            self.tally.faults_of_the_program.append(f"a poll took more than {_LONGEST_POLL:g} seconds:\n{where}")
            return False
        self._hear(status, poller.said.read_text(errors="replace"))
        if status == 0:
            self.tally.complete_polls.append((begun, time.monotonic()))
        else:
            self.tally.failed_polls += 1
        return status == 0

    def _hear(self, status: int, said: str) -> None:
        """Count the sentences of failures; a traceback or a fault of the program is none."""
        if "Traceback" in said or status == 70:
            self.tally.faults_of_the_program.append(said[-3000:])
        elif status:
            last = said.strip().splitlines()[-1:] or ["(nothing)"]
            self.tally.sentences[re.sub(r"\d+", "N", last[0])[:160]] += 1

    def _poller(self, file_limit: int | None = None) -> Poller:
        """Start a poller; `file_limit` is the size that its files may not pass."""
        self._started += 1
        said = self._folder / f"poll-{self._started % 50}.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                self._words("poll"), env=self._environment(), stdout=subprocess.DEVNULL, stderr=log
            )
        if file_limit is not None:
            with suppress(ProcessLookupError):
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (file_limit, file_limit))
        return Poller(process=process, said=said)

    def _words(self, *words: str) -> list[str]:
        config = str(self._folder / "config.toml")
        return [sys.executable, "-m", "pipeline.commands.main", "--config", config, *words]

    def _environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
        ours = {"PYTHONPATH": str(HOUSE), "HOME": str(self._folder), "TORTURE": str(self._folder)}
        ours |= {"PYTHONFAULTHANDLER": "1"}  # it says where it is when it is ended with SIGABRT
        ours |= {"PYTHONPYCACHEPREFIX": str(self._folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
        return {**kept, **ours, "STATSHOP_MAILBOXES__BOX__PASSWORD": "secret"}

    def _watched(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self.errors.append(error)
            raise

    def _weather(self) -> None:
        """Let mail arrive in step with the kills, and move, vanish and be numbered anew."""
        chance = random.Random(f"{self._plan.seed} weather")
        every = self._plan.kills / max(self._plan.rebuilds, 1)
        while not self._over.is_set():
            self.watch.moved("the mailbox")
            due = self._plan.messages * min(1.0, (self.tally.kills + 1) / self._plan.kills)
            if self._world.delivered >= due:
                self._over.wait(0.05)
            else:
                self._world.deliver()
                happens = chance.random()
                if happens < 0.08:
                    self._world.move()
                elif happens < 0.12:
                    self._world.expunge()
            if self.tally.kills >= (self._world.rebuilt + 0.5) * every:
                self._world.rebuild()

    def _troubles(self) -> None:
        """Make trouble for the database, with pauses."""
        chance = random.Random(f"{self._plan.seed} troubles")
        while not self._over.wait(chance.uniform(0.5, 6)):
            self.watch.moved("the database's troubles")
            self._database.trouble(chance, self._over)


def _abandoned(poller: Poller) -> str:
    """End a poller that does not end, and give where it was."""
    poller.process.send_signal(signal.SIGABRT)
    with suppress(subprocess.TimeoutExpired):
        poller.process.wait(10)
    poller.kill()
    return poller.said.read_text(errors="replace")[-6000:]
