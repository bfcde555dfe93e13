"""Every HTML message of a corpus of broken and hostile mail in a real browser: nothing runs, nothing leaves."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.review_browser import readers_window
from fakes.review_pages import NOW, message_of

from pipeline.mail.errors import MailError
from pipeline.mail.parse import parse_email
from storage import messages

pytestmark = [pytest.mark.browser, pytest.mark.corpora]
CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "hostile.tar.xz"


def html_of_corpus() -> Iterator[str]:
    """Give the HTML of every message that has some, each once."""
    seen = set()
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            file = archive.extractfile(member)
            raw = file.read() if file else b""
            if b"html" not in raw.lower() or "expected" in member.name:
                continue
            try:
                html = parse_email(raw).html
            except MailError:
                continue
            if html and html not in seen:
                seen.add(html)
                yield html


@pytest.fixture
def window(sqlite_store: Any) -> Iterator[Any]:
    """Give a reader's window, with what left it and what spoke up."""
    if not CORPUS.exists():
        pytest.skip("no corpus beside the checkout")
    with readers_window(sqlite_store) as opened:
        yield opened


def test_no_message_of_the_corpus_runs_or_asks_anything(window, sqlite_store):
    mails = [message_of(number, html=html) for number, html in enumerate(html_of_corpus(), start=1)]
    assert len(mails) > 300
    saved = messages.save_batch(sqlite_store, mails, None, now=NOW)
    for number in [one.message_id for one in saved]:
        window.goto(f"/messages/{number}/original", wait_until="load")
        assert window.url.endswith(f"/messages/{number}/original")
    aborted_by_leaving = (window.home, "data:", "about:", "blob:")
    assert [url for url in window.left if not url.startswith(aborted_by_leaving)] == []
    assert window.spoke == []
