"""HTML to the text its reader sees: tables in columns, hidden text left out, at any depth and in bounded time."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any

from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import ElementDefaultClassLookup, LxmlError, iterwalk  # type: ignore[import-untyped]  # lxml ships no types
from lxml.html import HtmlElement, HTMLParser, fromstring  # type: ignore[import-untyped]  # the same

from pipeline.mail.mime.charsets import clean_text

_OPEN, _CLOSE = "\ue000", "\ue001"  # private characters that mark a quotation while it is laid out
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)", re.I
)
_CITED = "//blockquote[@type='cite' or contains(@class, 'gmail_quote') or contains(@style, 'border-left')]"
_STYLED = "//*[@style or @hidden]"
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False, display_images=False)
_ALL_ALIKE = ElementDefaultClassLookup(element=HtmlElement)  # no call of Python for each
_LAID_OUT = 25_000  # elements: layout costs some 30 microseconds each
_DEEPEST = 2_000  # levels: libxml2 drops what lies below 2,048
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_UNSEEN_PARTS = re.compile(r"<(script|style|head|title|template)\b[^<]{0,100000}</\1", re.I | re.S)
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|tr|li|h[1-6]|table|blockquote|ul|ol|hr)\b[^<>]{0,2000}>", re.I)
_TAG = re.compile(r"</?[a-z!][^<>]{0,2000}>|<!--[^<>]{0,2000}-->", re.I)
_INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "small", "big", "sub", "sup", "code", "abbr"})


def html_text(html: str, limit: int = 1_000_000) -> str:
    """Give the text of an HTML document as its reader sees it, quotations marked with `> `.

    Only `limit` characters of it are read. Parsed with huge_tree: lxml otherwise drops everything below 256 levels
    without a word, and a long Outlook thread is as deep as that. Documents too large for layout give their bare text, a
    line a block; those deeper than libxml2 goes (2,048 levels) what is left once the tags are taken out.
    """
    html = html[:limit].strip()
    if not html:
        return ""
    try:
        tree = _tree(html)
    except (LxmlError, ValueError, AssertionError):  # a document of comments alone, or of nothing
        return ""
    if html.count("<") > _DEEPEST and _depth(tree) >= _DEEPEST:
        return _tidy(_stripped(html))
    if next(islice(tree.iter(), _LAID_OUT, None), None) is not None:
        return _tidy(_bare_text(tree))
    try:
        return _tidy(Inscriptis(tree, _CONFIG).get_text())
    except RecursionError:
        return _tidy(_bare_text(tree))


def _tree(html: str) -> HtmlElement:
    parser = HTMLParser(huge_tree=True, recover=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ALL_ALIKE)
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


def _depth(tree: HtmlElement) -> int:
    deepest = depth = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _stripped(html: str) -> str:
    """Take the tags out of a document; selectolax, which has no limit of depth, takes quadratic time on such ones."""
    text = _BLOCK_TAG.sub("\n", _UNSEEN_PARTS.sub(" ", html))
    return unescape(_TAG.sub("", text))


def _bare_text(tree: HtmlElement) -> str:
    """Give the text without layout: white space is folded, each block begins a line. Needs no recursion."""
    pieces = (piece if piece == "\n" else " ".join(piece.split()) for piece in _bare_pieces(tree) if piece)
    return re.sub(r" *\n[ \n]*", "\n", " ".join(pieces))


def _bare_pieces(tree: HtmlElement) -> Iterator[str]:
    """Walk the events of the tree: a text stands at its element's start, its tail behind the element's end."""
    for event, element in iterwalk(tree, events=("start", "end")):
        block = element.tag not in _INLINE
        if block:
            yield "\n"
        if event == "start":
            yield (element.text or "") if element.tag not in _UNSEEN else ""
        else:
            yield element.tail or ""
