"""The page in a real browser: accessible, no wider than the window, nothing fetched."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.catalogue import Catalogue, load_catalogue
from digests.annex import draft_annex
from digests.counting.trend import MonthFigures
from digests.disclosure.public import public_edition
from digests.options import DigestOptions
from digests.render.annex_html import annex_html
from digests.render.html import html_bytes
from digests.summary import Past, summarise
from storage.records import CountedMessage, Coverage, ReviewState, StatementRecord, TagRecord

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
CHROMIUM = shutil.which("chromium")
NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


def messages(catalogue: Catalogue) -> Iterator[CountedMessage]:
    users = ["local-government", "academia", "media", "public", "unknown"]
    uses = ["integration-cohesion", "societal-research", "other-use"]
    for number in range(1, 61):
        tags = [("disposition", "triage"), ("user_category", users[number % 5]), ("use", uses[number % 3])]
        tags += [("product", "cohesion"), ("channel", "data-request")]
        text = f"We use figure {number} to decide where outreach workers go."
        yield CountedMessage(
            id=number,
            account="statshop",
            arrived_at=datetime(2011, 3, 1 + number % 30, tzinfo=UTC),
            arrived_source="internaldate",
            sent_at=None,
            subject="A question",
            sender="Ann Example <ann@example.org>",
            sender_key=str(number),
            thread_key=str(number),
            state=ReviewState.CONFIRMED,
            needs_person=False,
            from_team=False,
            tags=tuple(TagRecord(dimension=dimension, value=value) for dimension, value in tags),
            statements=tuple(
                StatementRecord(kind=kind, text=text, zone=0, start=0, end=len(text)) for kind in ("use", "decision")
            ),
            hits=(),
            proposed=(),
        )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    catalogue, options = load_catalogue(), DigestOptions(message_link="https://statshop.example/messages/{id}")
    coverage = Coverage(seen=61, stored=60, set_aside=1, duplicates=0, reviewed=60)
    past = MonthFigures(month="2011-02", received=90, messages=70, threads=60, senders=50, uses_stated=20)
    held = tuple(messages(catalogue))
    digest = summarise(held, coverage, catalogue, "2011-03", options, now=NOW, past=Past(months=[past]))
    made = {
        "internal": html_bytes(digest),
        "public": html_bytes(public_edition(digest, options)),
        "empty": html_bytes(summarise([], coverage, catalogue, "2011-03", options, now=NOW)),
        "annex": annex_html(draft_annex(held, catalogue, "2010-07", "2011-06", options, now=NOW)),
    }
    folder = tmp_path_factory.mktemp("pages")
    for name, content in made.items():
        (folder / f"{name}.html").write_bytes(content)
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("name", ["internal", "public", "empty", "annex"])
def test_the_page_is_accessible_and_complete_in_itself(name: str, pages: dict[str, Path], browser: object) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    fetched: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages[name].as_uri())
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert fetched == [pages[name].as_uri()]
    assert said == []
    page.close()
