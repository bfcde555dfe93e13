"""Twenty reviewers at once on one queue, over HTTP, while mail comes in: errors, decisions lost, time to save.

1,000 decisions by default on SQLite and on PostgreSQL; `STATSHOP_BENCH_DECISIONS` sets another number.
"""

import os
import sys
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from benchmarks.page import postgresql, sqlite
from classifiers.catalogue import load_catalogue
from review.app import create_app
from review.options import PageOptions
from review.signin import cookie_name, new_session
from storage import messages, reviews, users
from storage.engine import Store, open_store
from storage.upgrade import upgrade

REVIEWERS = 20
HOUSE = Path(__file__).parents[1]


def main() -> None:
    """Print what happened on each database."""
    sys.path.insert(0, str(HOUSE / "tests"))
    each = int(os.environ.get("STATSHOP_BENCH_DECISIONS", "1000")) // REVIEWERS
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name:
        for words, database in (("sqlite", sqlite), ("postgresql", postgresql)):
            with database(Path(name), 0) as (url, _):
                upgrade(url)
                with open_store(url) as store:
                    print(f"-- {words}: {_day(store, each)}", flush=True)


def _day(store: Store, each: int) -> str:
    from fakes.crowd import crowd, decided_by, while_running
    from fakes.review_browser import listening
    from fakes.review_pages import NOW, message_of

    messages.save_batch(store, [message_of(n) for n in range(1, REVIEWERS * each * 2)], None, now=NOW)
    following = count(REVIEWERS * each * 2)
    app = create_app(store, load_catalogue(None), PageOptions())

    def poll() -> None:
        messages.save_batch(store, [message_of(next(following)) for _ in range(20)], None, now=NOW)

    with listening(app) as address:
        clients = {f"r{number}": _client(app, store, address, f"r{number}") for number in range(REVIEWERS)}
        days, polls = while_running(lambda: crowd(clients, each), poll)
    told = Counter((number, day.name) for day in days for number in day.saved)
    kept = Counter(
        (number, who) for number in _numbers(store) for who in decided_by(reviews.message(store, number).history)
    )
    wrong = [words for day in days for words in day.wrong]
    taken = sorted(took for day in days for took in day.milliseconds)
    return (
        f"{sum(told.values())} decisions said to be saved, {sum((told - kept).values())} of them lost, "
        f"{sum((kept - told).values())} kept and not told, "
        f"{sum(len(day.overtaken) for day in days)} refused as overtaken, "
        f"{len(wrong)} errors {wrong[:3]}; {polls.result()} batches of 20 messages came in meanwhile; "
        f"a save by the clock p50 {taken[len(taken) // 2]:.0f} ms, p95 {taken[int(len(taken) * 0.95)]:.0f} ms"
    )


def _numbers(store: Store) -> list[int]:
    found: list[int] = []
    while some := messages.message_ids(store, after=found[-1] if found else 0):
        found += some
    return found


def _client(app: Any, store: Store, address: str, name: str) -> httpx.Client:
    user = users.add_user(store, name, "no password", "reviewer")
    cookies = {cookie_name(app.state.site.options): new_session(app.state.site, user)}
    return httpx.Client(base_url=address, cookies=cookies, timeout=60, trust_env=False)
