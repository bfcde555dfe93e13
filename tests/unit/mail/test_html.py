"""HTML to the text its reader sees."""

import time

import pytest

from pipeline.mail.html import html_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("a<br>b", "a\nb"),
        ("the <b>real</b> wo<i>r</i>ds", "the real words"),
        ("<table><tr><td>Q</td><td>A</td></tr></table>", "Q  A"),
        ("<ul><li>first</li><li>second</li></ul>", "  * first\n  * second"),
        ("caf&eacute; &pound;5&nbsp;now &lt;b&gt;", "café £5 now <b>"),
        ('<a href="http://x.example/">the site</a>', "the site"),
        ("plain words", "plain words"),
        ("<p>unclosed <b>and <i>crossed</b></i>", "unclosed and crossed"),
        ('<?xml version="1.0" encoding="latin-1"?><p>café £5</p>', "café £5"),
        ("<!-- only a comment -->", ""),
        ("<", "<"),
        ("", ""),
    ],
)
def test_text_is_what_the_reader_sees(html: str, text: str) -> None:
    assert html_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">no</span>',
        '<div style="DISPLAY: none !important">no</div>',
        '<p style="visibility: hidden">no</p>',
        '<span style="font-size:0">no</span>',
        '<span style="font-size: 0px; color: red">no</span>',
        '<p style="mso-hide:all">no</p>',
        "<div hidden>no</div>",
        "<script>no</script>",
        "<style>no {}</style>",
        "<head><title>no</title></head>",
        "<!-- no -->",
    ],
)
def test_hidden_text_is_left_out_and_what_follows_kept(hidden: str) -> None:
    assert html_text(f"<body><p>before</p>{hidden} after</body>").split() == ["before", "after"]


def test_small_text_is_not_hidden() -> None:
    assert html_text('<span style="font-size:0.9em">small</span>') == "small"


@pytest.mark.parametrize("quotation", ['type="cite"', 'class="gmail_quote"', 'style="border-left:1px solid #ccc"'])
def test_quotations_are_marked(quotation: str) -> None:
    html = f"<p>My answer</p><blockquote {quotation}><p>old words</p></blockquote><p>more</p>"
    lines = [line for line in html_text(html).split("\n") if line.strip("> ")]
    assert lines == ["My answer", "> old words", "more"]


def test_an_indented_paragraph_is_no_quotation() -> None:
    assert html_text("<blockquote>indented</blockquote>").strip() == "indented"


@pytest.mark.parametrize("depth", [250, 900, 1_500, 2_040, 3_000, 50_000])
def test_nothing_is_lost_at_any_depth(depth: int) -> None:
    html = "<p>top</p>" + "<div>" * depth + "deep <b>words</b>" + "</div>" * depth + "<p>tail</p>"
    assert html_text(html).split() == ["top", "deep", "words", "tail"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>word word</p>" * 200_000,
        "<!--" * 200_000,
        "<td>" * 250_000,
        "<b>" * 330_000,
        "<" * 900_000,
        "&amp;" * 600_000,
    ],
    ids=["3 MB on one line", "comments", "cells", "tags", "brackets", "entities"],
)
def test_the_cost_of_any_document_is_bounded(html: str) -> None:
    begun = time.process_time()
    html_text(html)
    assert time.process_time() - begun < 4


def test_large_tables_lose_their_layout_and_no_word() -> None:
    html = "<table>" + "<tr><td>a</td><td>b</td></tr>" * 20_000 + "</table>"
    assert len(html_text(html).split()) == 40_000
