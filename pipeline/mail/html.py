"""HTML to the text its reader sees: tables in columns, hidden text left out, at any depth."""

import re
from typing import Any

from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types
from lxml.html import HtmlElement, HTMLParser, fromstring  # type: ignore[import-untyped]  # the same
from selectolax.lexbor import LexborHTMLParser

from pipeline.mail.mime.charsets import clean_text

_OPEN, _CLOSE = "\ue000", "\ue001"  # private characters that mark a quotation while it is laid out
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all", re.I
)
_CITED = "//blockquote[@type='cite' or contains(@class, 'gmail_quote') or contains(@style, 'border-left')]"
_STYLED = "//*[@style or @hidden]"
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_CONFIG = ParserConfig(display_links=False, display_images=False)


def html_text(html: str, limit: int = 1_000_000) -> str:
    """Give the text of an HTML document as its reader sees it, quotations marked with `> `.

    Only `limit` characters of it are read.

    Parsed with huge_tree: lxml otherwise drops everything below 256 levels without a word, and a long Outlook thread
    is as deep as that. Beyond what recursion allows, selectolax takes over (no layout, no limit of depth).
    """
    html = html[:limit].strip()
    if not html:
        return ""
    try:
        return _tidy(Inscriptis(_tree(html), _CONFIG).get_text())
    except (LxmlError, ValueError, AssertionError):  # a document of comments alone, or of nothing
        return _plain(html)
    except RecursionError:
        return _plain(html)


def _tree(html: str) -> HtmlElement:
    parser = HTMLParser(huge_tree=True, recover=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = fromstring(html.encode("utf-8", "replace"), parser=parser)
    for element in tree.xpath(_STYLED):
        if "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
            _hide(element)
    if "blockquote" in html.lower():
        _mark_quotations(tree)
    return tree


def _hide(element: Any) -> None:
    """Empty an element and keep what follows it."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _mark_quotations(tree: HtmlElement) -> None:
    for quotation in tree.xpath(_CITED):
        quotation.text = _OPEN + (quotation.text or "")
        quotation.tail = _CLOSE + (quotation.tail or "")


def _tidy(text: str) -> str:
    text = clean_text(text)
    if _OPEN in text:
        text = _quoted_lines(text)
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


def _quoted_lines(text: str) -> str:
    """Turn the marks of quotations into `> ` before each line."""
    depth = 0
    lines = []
    for line in text.split("\n"):
        depth = max(0, depth - _leading_closes(line)) + line.count(_OPEN)
        shown = line.replace(_OPEN, "").replace(_CLOSE, "")
        lines.append("> " * min(depth, 20) + (shown.strip() if depth else shown))
        depth = max(0, depth - line.count(_CLOSE) + _leading_closes(line))
    return "\n".join(lines)


def _leading_closes(line: str) -> int:
    start = line.lstrip()
    return len(start) - len(start.lstrip(_CLOSE))


def _plain(html: str) -> str:
    """Give the bare text without layout."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "head", "template", "noscript"])
    body = tree.body or tree.root
    return _tidy(body.text(separator="\n", strip=False)) if body else ""
