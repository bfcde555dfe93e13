"""The small pure parts: hosts, origins, paths, times, charts, foreign HTML, passwords, company."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from review.charts import bar_chart
from review.company import Company
from review.foreign import harmless
from review.passwords import hash_password, password_problem, verify_password
from review.questions import KEYS
from review.routes.operations import visible
from review.security import host_name, is_cross_site
from review.signin import local_path
from review.site import STATIC
from review.times import moment, month_bounds, month_name
from review.words import key_of, size_words, snippet_parts


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:8000", "localhost"),
        ("[::1]:8000", "::1"),
        ("", ""),
        ("a@localhost", ""),
        ("löcalhost", ""),
        ("[::1", ""),
    ],
)
def test_host_without_its_port(host, name):
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("headers", "cross"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://a"}, True),
        ({"host": "a", "origin": "http://a"}, False),
        ({"host": "a", "origin": "http://b"}, True),
        ({"host": "a", "origin": "null"}, True),
        ({"host": "a", "origin": "http://[broken"}, True),
    ],
)
def test_request_from_another_site(headers, cross):
    assert is_cross_site(Headers(headers)) is cross


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/messages?state=pending", "/messages?state=pending"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\tevil", "/"),
        ("messages", "/"),
    ],
)
def test_only_a_path_of_ours_is_gone_on_to(path, safe):
    assert local_path(path) == safe


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2011, 3, 27, 0, 30, tzinfo=UTC), "27 March 2011, 12:30am"),
        (datetime(2011, 3, 27, 1, 30, tzinfo=UTC), "27 March 2011, 2:30am"),
        (datetime(2011, 6, 1, 11, 5, tzinfo=UTC), "1 June 2011, 12:05pm"),
    ],
)
def test_time_is_londons(at, words):
    assert moment(at) == words


def test_months_meet_at_londons_midnight():
    assert month_bounds("2011-03") == (datetime(2011, 3, 1, tzinfo=UTC), datetime(2011, 3, 31, 23, tzinfo=UTC))
    assert month_bounds("2010-12")[1] == month_bounds("2011-01")[0]
    assert month_name("2011-03") == "March 2011"


def test_longest_bar_fills_the_width_and_none_divides_by_nothing():
    chart = bar_chart("c", "Title", "Product", "Messages", [("a", 10, ""), ("b", 5, ""), ("c", 0, "")])
    assert [bar.length for bar in chart.bars] == [660.0, 330.0, 0.0]
    assert bar_chart("c", "", "", "", [("a", 0, "")]).bars[0].length == 0
    assert bar_chart("c", "", "", "", []).bars == ()


@pytest.mark.parametrize(
    ("html", "gone"),
    [
        ("<p>x<script>alert(1)</script></p>", "alert"),
        ("<p onclick=alert(1)>x</p>", "alert"),
        ("<a href=javascript:alert(1)>x</a>", "alert"),
        ("<img src=http://evil.example/p.gif>x", "evil"),
        ("<link rel=preconnect href=http://evil.example>x", "evil"),
        ("<meta http-equiv=refresh content=0;url=http://evil.example>x", "evil"),
        ("<form action=http://evil.example>x<input></form>", "evil"),
        ("<base href=http://evil.example>x", "evil"),
    ],
)
def test_what_acts_is_taken_out_of_foreign_html(html, gone):
    left = harmless(html)
    assert gone not in left
    assert "x" in left


def test_looks_and_images_of_the_message_stay_in_foreign_html():
    left = harmless('<table><td style="color:red">x<img src="data:image/png;base64,AA"></td></table>')
    assert 'style="color:red"' in left
    assert 'src="data:image/png;base64,AA"' in left


@given(st.text(max_size=200))
def test_no_foreign_html_is_an_error(html):
    assert "<script" not in harmless(html).lower()


def test_password_is_verified_and_nobody_never_is():
    kept = hash_password("three random words")
    assert verify_password(kept, "three random words")
    assert not verify_password(kept, "three random word")
    assert not verify_password(None, "three random words")
    assert not verify_password("no hash at all", "three random words")


@pytest.mark.parametrize("no_hash", [None, ""], ids=["no such user", "signs on elsewhere"])
def test_no_password_belongs_to_who_has_none(no_hash, monkeypatch):
    monkeypatch.setattr("review.passwords._NOBODY", hash_password("three random words"))
    assert not verify_password(no_hash, "three random words")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "Ann Example", "x" * 201])
def test_weak_password_is_named(password):
    assert password_problem(password, "ann example") != ""
    assert password_problem("three random words", "ann example") == ""


def test_company_is_who_was_seen_lately():
    company, now = Company(), datetime(2011, 3, 1, tzinfo=UTC)
    assert company.arrive(1, "ann", now) == ()
    assert company.arrive(1, "rob", now) == ("ann",)
    assert company.arrive(2, "rob", now) == ()
    assert company.arrive(1, "rob", now + timedelta(minutes=1)) == ()
    company.leave(1, "rob")
    assert company.arrive(1, "ann", now + timedelta(minutes=1)) == ()


def test_bytes_are_all_visible():
    assert visible(b"a\r\nb\x00\xff\x1b[31m") == "a\nb\\x00\\xff\\x1b[31m"


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (23_400, "23KB"), (1_400_000, "1.4MB")]
)
def test_size_in_words(size, words):
    assert size_words(size) == words


def test_snippet_is_cut_where_words_were_found():
    assert snippet_parts("our \ue000ward\ue001 data") == [("our ", False), ("ward", True), (" data", False)]


def test_key_is_safe_in_an_id():
    assert key_of("product", 'Odd "value" <x>') == "product-odd-value-x"


def test_f75_no_key_means_two_things():
    script = (STATIC / "page.js").read_text()
    actions = re.findall(r"^  (?:'(.)'|(\w)):", script.split("const ACTIONS = {")[1].split("};")[0], re.MULTILINE)
    keys = [quoted or plain for quoted, plain in actions] + list(KEYS.values())
    assert len(actions) >= 7
    assert len(keys) == len(set(keys))
