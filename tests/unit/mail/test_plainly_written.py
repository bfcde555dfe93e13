"""Fields that are written plainly are read at once, and say what mail-parser and the lenient readers say of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailparser import parse_from_string

from pipeline.mail.message import Address
from pipeline.mail.mime.addresses import addresses, plain_addresses
from pipeline.mail.mime.charsets import one_line
from pipeline.mail.mime.dates import plain_date, utc
from pipeline.mail.mime.headers import BIDI, decode_words, decoded, unfolded

PIECES = st.sampled_from(
    [
        "Ann <a@b.org>",
        "Ann",
        "O-K x2 ",
        '"Okafor, Ann" <b@c.org>',
        '"A.B"',
        '"A. (b-c) " ',
        '"A (B/C), d.e@f.org & O\'K" <g@h.org>',
        "\"'x@y.org'\" <x@y.org>",
        '"(a" <b@c.org>',
        "=?utf-8?Q?Ad=C3=A8le_=22x=22?= ",
        "=?utf-8?B?QW5uLCBC?= <a@b.org>",
        "=?iso-8859-1?Q?=28x=29=2C?= <a@b.org>",
        "=?UTF-8?Q?M=c3=bcller?= Rowe <a@b.org>",
        "Ann =?iso-8859-1?Q?M=FCller?=",
        "O'Neil - Brook ",
        "Ann  ",
        '"Ann"<a@b.org>',
        '"You$25!"  ',
        "<a#1.b@c.org>",
        "a@b.org (Ann Rowe)",
        "(Ann) ",
        "ann@x.org",
        "a.b+c@d-e.co.uk",
        "<x_1@b.c.d>",
        "<a@b>",
        ",",
        ", ",
        "  ",
        "(c)",
        ";",
        ":",
    ]
)
MOMENTS = st.tuples(
    st.sampled_from(["Mon, ", "Sun,  ", ""]),
    st.integers(0, 32),
    st.sampled_from(["Jan", "Feb", "Jun", "Dec"]),
    st.integers(1969, 2072),
    st.integers(0, 24),
    st.integers(0, 61),
    st.sampled_from(["+0000", "-0000", "+0100", "-0930", "+2400", "+0060", "GMT", "UT"]),
    st.sampled_from(["", " (BST)", " (PM)", " (Eire)", " (pm)"]),
)


@settings(deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=6).map("".join))
def test_plain_addresses_are_those_of_mail_parser(written: str) -> None:
    plain = plain_addresses(written)
    assert plain is None or plain == addresses(parse_from_string(f"From: {written}\n\n").from_)


@settings(deadline=None)
@given(MOMENTS)
def test_plain_dates_are_those_of_mail_parser(moment: tuple[str, int, str, int, int, int, str, str]) -> None:
    weekday, day, month, year, hour, minute, zone, comment = moment
    written = f"{weekday}{day} {month} {year} {hour:02}:{minute:02}:07 {zone}{comment}"
    plain = plain_date(written)
    assert plain is None or plain == utc(parse_from_string(f"Date: {written}\n\n").date)


@given(st.text(alphabet=st.sampled_from("ab \t\r\n=?\x00\x0b\x1c\x1b\x7fé\u200f"), max_size=20))
def test_plain_fields_are_read_as_all_are(written: str) -> None:
    assert decoded(written) == one_line(BIDI.sub("", decode_words(unfolded(written))))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param('"Okafor, Chidi" <c@x.org>, a@b.org', [("Okafor, Chidi", "c@x.org"), ("", "a@b.org")], id="two"),
        pytest.param("Ann B <a@b.org>", [("Ann B", "a@b.org")], id="name"),
        pytest.param("Okafor, Chidi <c@x.org>", None, id="a comma in a bare name"),
        pytest.param("Ann <a@b.org> (home)", None, id="comment"),
    ],
)
def test_only_plain_addresses_are_read_at_once(written: str, read: list[tuple[str, str]] | None) -> None:
    wanted = None if read is None else tuple(Address(name=name, address=mailbox) for name, mailbox in read)
    assert plain_addresses(written) == wanted
