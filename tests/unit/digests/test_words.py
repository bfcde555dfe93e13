"""Words out of messages become fit to be shown."""

import pytest

from digests.words import csv_text, cut, file_name, plain, sheet_text, without_prefix


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("two\n lines\tand  more", "two lines and more", id="white space"),
        pytest.param("bell\x07 nul\x00 end\x1b", "bell nul end", id="control characters"),
        pytest.param("\x85next line", "next line", id="next line of Windows"),
        pytest.param("abc\u202edef\u2066x\ufeff", "abcdefx", id="marks that turn direction"),
        pytest.param("Jos\udce9", "Jos\ufffd", id="lone surrogate"),
        pytest.param("a\uffff\ufdd0b", "a\ufffd\ufffdb", id="no characters"),
        pytest.param("café £5 – “ok” 한글 😀", "café £5 – “ok” 한글 😀", id="ordinary Unicode stays"),
    ],
)
def test_plain_keeps_what_people_see(raw: str, shown: str) -> None:
    assert plain(raw) == shown


@pytest.mark.parametrize("start", ["=1+1", "+44 20", "-2+3", "@SUM(A1)", "'=1", " =1", "＝1"])
def test_csv_text_puts_an_apostrophe_before_formulas(start: str) -> None:
    assert csv_text(start) == f"'{start}"


def test_csv_text_leaves_ordinary_words() -> None:
    assert csv_text("Leeds - a city") == "Leeds - a city"


def test_sheet_text_breaks_links_and_explains_symbols() -> None:
    assert sheet_text("[click](http://evil.example)") == "[click] (http://evil.example)"
    assert sheet_text("???") == "text: ???"


def test_cut_says_so_and_how_long_it_was() -> None:
    assert cut("x" * 40_000).endswith("[cut here: 40,000 characters in all, the CSV and JSON files hold them]")
    assert len(cut("x" * 40_000)) < 32_767
    assert cut("short") == "short"


def test_without_prefix_shortens_only_what_is_shared() -> None:
    titles = ["The Survey: Headline", "The Survey: Cohesion", "Other: one", "Plain"]
    assert without_prefix(titles) == ["Headline", "Cohesion", "Other: one", "Plain"]


def test_file_names_follow_the_guidance() -> None:
    assert file_name("Messages by Product", "2011-03") == "messages-by-product-2011-03"
    assert len(file_name("x" * 100)) == 60
