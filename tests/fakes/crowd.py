"""Many reviewers at once on one queue: each opens what comes first, decides, and goes on where they are sent."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

_FIRST = re.compile(r'app-queue__subject"><a class="govuk-link" href="([^"]+)"')
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
TAGS = {"disposition": "triage", "user_category": "media", "product": "cohesion"}


@dataclass(slots=True)
class Day:
    """What one reviewer saw: messages saved and overtaken, answers that nobody wants to see, milliseconds a save."""

    name: str
    saved: list[int] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def crowd(clients: dict[str, Any], each: int, start: str = "/messages?state=pending") -> list[Day]:
    """Let everybody decide `each` messages at the same time; who is overtaken takes the first of the list again."""
    together = threading.Barrier(len(clients))

    def work(name: str) -> Day:
        day = Day(name)
        together.wait()
        address = _first(clients[name], start, day)
        while address and len(day.saved) < each and not day.wrong:
            address = _decided(clients[name], address, day) or _first(clients[name], start, day)
        return day

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(work, clients))


def while_running(work: Callable[[], object], meanwhile: Callable[[], object]) -> Any:
    """Do `meanwhile` again and again until `work` is done; give what `work` gave."""
    over = threading.Event()

    def again() -> int:
        times = 0
        while not over.is_set():
            meanwhile()
            times += 1
        return times

    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(again)
        try:
            return work(), others
        finally:
            over.set()


def _first(client: Any, start: str, day: Day) -> str:
    answer = client.get(start)
    if answer.status_code != 200:
        day.wrong.append(f"{start}: {answer.status_code}")
    found = _FIRST.findall(answer.text)
    return found[len(day.name) * 7 % len(found)].replace("&amp;", "&") if found else ""


def _decided(client: Any, address: str, day: Day) -> str:
    """Open a message and save it; give where the reviewer is sent, "" when somebody was faster."""
    page = client.get(address)
    if page.status_code != 200 or 'id="decide"' not in page.text:
        return ""
    form = TAGS | {"token": _TOKEN.findall(page.text)[0], "version": _VERSION.findall(page.text)[0]}
    path, _, query = address.partition("?")
    number, began = int(path.rpartition("/")[2]), time.perf_counter()
    answer = client.post(f"{path}/decide?{query}", data=form)
    day.milliseconds.append((time.perf_counter() - began) * 1000)
    if answer.status_code == 409:
        day.overtaken.append(number)
        return ""
    if answer.status_code != 303:
        day.wrong.append(f"{path}: {answer.status_code}")
        return ""
    following = str(answer.headers["location"])
    (day.overtaken if f"stands={number}" in following else day.saved).append(number)  # or somebody said so before
    return following


def decided_by(history: Sequence[Any]) -> list[str]:
    """Give who decided, event by event."""
    return [event.who for event in history if event.action in ("confirm", "correct")]
