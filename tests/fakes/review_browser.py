"""A review page that really listens, and what a browser looks at it with."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from fakes.review_pages import PASSWORD, catalogue_of
from review.app import create_app
from review.options import PageOptions
from review.passwords import hash_password
from storage import users
from storage.engine import Store

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of this machine; give its address."""
    settings = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", access_log=False, ws="none", lifespan="off"
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def readers_window(store: Store) -> Iterator[Any]:
    """Sign a reader in, in a browser of its own.

    `left` collects the addresses that the window asked for, `spoke` what its dialogs said; `home` is the page's own.
    """
    if not CHROMIUM.exists():
        pytest.skip("no Chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    users.add_user(store, "rea", hash_password(PASSWORD), "reader")
    app = create_app(store, catalogue_of(), PageOptions())
    with listening(app) as address, playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        context = browser.new_context(base_url=address)
        window = context.new_page()
        window.left, window.spoke, window.home = [], [], address
        context.on("requestfinished", lambda request: window.left.append(request.url))
        context.on("requestfailed", lambda request: request.failure == "csp" or window.left.append(request.url))
        window.on("dialog", lambda dialog: (window.spoke.append(dialog.message), dialog.dismiss()))
        window.goto("/sign-in")
        window.fill("#name", "rea")
        window.fill("#password", PASSWORD)
        window.press("#password", "Enter")
        window.wait_for_url("**/messages**")
        yield window
        browser.close()


def complaints_of(page: Any) -> list[str]:
    """Begin to collect what the browser complains of: errors of scripts, of the policy, of loading."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
