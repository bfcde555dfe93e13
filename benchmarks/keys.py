"""From a key to the next message drawn, in real Chromium: a reviewer accepts 200 messages, one key each.

The browser's own clock is read: from the event of the key to the end of the frame that draws the next message. After
each key the database is asked whether the decision is kept. Needs Debian's chromium. `STATSHOP_BENCH_KEYS` sets another
number.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.page import NAME, sqlite
from classifiers.catalogue import load_catalogue
from review.app import create_app
from review.options import PageOptions
from review.signin import cookie_name, new_session
from storage import messages, reviews, users
from storage.engine import Store, open_store
from storage.records import ReviewState
from storage.upgrade import upgrade

HOUSE = Path(__file__).parents[1]
WATCH = """
window.taken = [];
let pressed = 0;
addEventListener('keydown', (event) => { if (event.key === 'Enter') pressed = event.timeStamp; }, true);
const painted = new MessageChannel(); // its message comes when the frame is drawn
painted.port1.onmessage = () => {
  if (pressed) { window.taken.push(performance.now() - pressed); pressed = 0; }
};
document.addEventListener('htmx:afterSettle', () => requestAnimationFrame(() => painted.port2.postMessage(0)));
"""


def main() -> None:
    """Print how long it took."""
    sys.path.insert(0, str(HOUSE / "tests"))
    many = int(os.environ.get("STATSHOP_BENCH_KEYS", "200"))
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name, sqlite(Path(name), 0) as (url, _):
        upgrade(url)
        with open_store(url) as store:
            taken = sorted(_accepted(store, many))
    p95 = taken[int(len(taken) * 0.95)]
    print(
        f"{len(taken)} messages accepted, each found decided in the database: from the key to the next message drawn "
        f"p50 {taken[len(taken) // 2]:.0f} ms, p95 {p95:.0f} ms, longest {taken[-1]:.0f} ms",
        flush=True,
    )


def _accepted(store: Store, many: int) -> list[float]:
    """Accept messages along the queue in a browser, and give the milliseconds of each."""
    from fakes.review_browser import ARGUMENTS, CHROMIUM, listening
    from fakes.review_pages import NOW, message_of
    from playwright.sync_api import sync_playwright

    messages.save_batch(store, [message_of(number) for number in range(1, many + 2)], None, now=NOW)
    app = create_app(store, load_catalogue(None), PageOptions())
    with listening(app) as address, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([_signed_in(app, store, address)])
        context.add_init_script(WATCH)
        page = context.new_page()
        taken = _along(page, store, f"{address}/messages/{many + 1}?state=pending", many)
        browser.close()
    return taken


def _along(page: Any, store: Store, first: str, many: int) -> list[float]:
    page.goto(first)
    for done in range(1, many + 1):
        number = many + 2 - done
        page.wait_for_selector(f'form[action^="/messages/{number}/decide"]')
        page.keyboard.press("Enter")
        page.wait_for_function("(expected) => window.taken.length === expected", arg=done)
        if reviews.message(store, number).state is ReviewState.PENDING:
            raise RuntimeError(f"message {number} was not kept")
    return [float(one) for one in page.evaluate("window.taken")]


def _signed_in(app: Any, store: Store, address: str) -> Any:
    user = users.add_user(store, NAME, "no password", "reviewer")
    return {"name": cookie_name(app.state.site.options), "value": new_session(app.state.site, user), "url": address}
