"""No message crashes us or costs seconds: the crashes and hangs M1 to M8, met in real and made mail."""

import json
import logging
import sys
import time
from collections.abc import Callable

import pytest

from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.mime import caps
from pipeline.mail.mime.charsets import decode
from pipeline.mail.mime.dates import read_date
from pipeline.mail.mime.headers import decode_words
from pipeline.mail.parse import ParseLimits, parse_email

HEAD = b"From: Ann Sample <ann@example.org>\nSubject: cost\n"


def nested(depth: int, kind: bytes) -> bytes:
    if kind == b"multipart":
        levels = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(depth))
        return HEAD + b"".join(levels) + b"\ndeep\n"
    level = b"From: a@b.org\nContent-Disposition: attachment\nContent-Type: message/rfc822\n\n"
    return level * depth + b"From: a@b.org\n\ndeep\n"


def test_m1_a_message_that_mail_parser_faults_on_is_read(eml: Callable[[str], bytes]) -> None:
    parsed = parse_email(eml("attached-without-boundary"))
    assert parsed.subject == "x"
    assert parsed.attached[0].subject == "y"
    assert "no boundary" in parsed.attached[0].text


def test_m1_the_standard_library_takes_over_when_mail_parser_fails(
    mail: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(_message: object) -> None:
        raise AttributeError("'str' object has no attribute 'get'")

    monkeypatch.setattr("pipeline.mail.parse.MailParser", fault)
    parsed = parse_email(mail("Hello\n", to="Team <team@example.org> (the mailbox)"))
    assert (parsed.sender.name, parsed.sender.address) == ("Ann Sample", "ann@example.org")
    assert parsed.to[0].address == "team@example.org"
    assert parsed.sent_at is not None
    assert "its addresses were hard to read" in parsed.oddities


@pytest.mark.parametrize(
    "header",
    [
        b'Content-Type: text/plain; charset="utf\x00-8"',
        b"Content-Disposition: inline; filename*" + b"1" * 4301 + b"*=x",
    ],
    ids=["NUL in a charset", "a segment number of 4,301 digits"],
)
def test_m2_parameters_that_raise_valueerror_are_read_past(header: bytes) -> None:
    assert parse_email(HEAD + header + b"\n\nHello\n").text == "Hello"


SHAPES = {
    "unclosed quote": HEAD + b'Content-Type: text/plain; x="' + b";" * 100_000 + b"\n\nhi",
    "unclosed quote in the disposition": HEAD + b'Content-Disposition: inline; x="' + b";" * 100_000 + b"\n\nhi",
    "envelope-from": HEAD + b"Received: from a by b " + b"envelope-from <" * 20_000 + b"; x\n\nhi",
    "open encoded words": HEAD + b"X-A: " + b"=?utf-8?q?" * 100_000 + b"\n\nhi",
    "open encoded words in From": b"From: " + b"=?utf-8?q?" * 100_000 + b"\n\nhi",
    "semicolons": HEAD + b"Content-Type: " + b";" * 400_000 + b"\n\nhi",
    "parameters": HEAD + b"Content-Type: text/plain" + b"; p=v" * 100_000 + b"\n\nhi",
    "parameters in pieces": HEAD + b"Content-Type: text/plain" + b"; name*1*=v" * 100_000 + b"\n\nhi",
}


@pytest.mark.parametrize("raw", SHAPES.values(), ids=SHAPES)
def test_m3_shapes_of_superlinear_cost_are_cut(raw: bytes) -> None:
    begun = time.process_time()
    parsed = parse_email(raw)
    assert time.process_time() - begun < 3  # uncut, each costs from ten seconds to hours
    assert parsed.text == "hi"
    assert any("too long and was cut" in oddity for oddity in parsed.oddities)


def test_m3_lines_under_many_boundaries_are_refused() -> None:
    with pytest.raises(UnreadableMessage, match="too many lines inside too many nested parts"):
        parse_email(nested(290, b"multipart") + b"x\n" * 200_000)


def test_m3_boundaries_only_told_of_are_not_counted() -> None:
    told = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n' % at for at in range(100))
    assert caps.boundary_depth(told) == 0


@pytest.mark.parametrize("kind", [b"multipart", b"rfc822"])
@pytest.mark.parametrize("depth", [60, 3_000])
def test_m4_messages_nested_too_deep_are_refused_in_words(kind: bytes, depth: int) -> None:
    with pytest.raises(UnreadableMessage) as caught:
        parse_email(nested(depth, kind))
    assert str(caught.value) == "This message cannot be read: it is nested more than 40 messages deep."


@pytest.mark.parametrize("kind", [b"multipart", b"rfc822"])
def test_m4_messages_nested_less_deep_are_read(kind: bytes) -> None:
    parsed = parse_email(nested(35, kind))
    while parsed.attached:
        parsed = parsed.attached[0]
    assert parsed.text == "deep"


def test_m4_a_deep_stack_of_ours_is_no_crash() -> None:
    def down(levels: int) -> str:
        return down(levels - 1) if levels else str(parse_email(nested(30, b"multipart")).text)

    assert down(500) == "deep"
    with pytest.raises((UnreadableMessage, RecursionError)):
        down(sys.getrecursionlimit() - 60)


@pytest.mark.parametrize("name", [b"From", b"To", b"Subject", b"Message-ID", b"Date"])
@pytest.mark.parametrize("filler", [b'"', b".", b",", b"(", b"=?utf-8?q?a?= ", b"<", b"[", b":"])
def test_m5_headers_that_break_the_newer_policy_cost_little(name: bytes, filler: bytes) -> None:
    begun = time.process_time()
    parse_email(HEAD + name + b": " + filler * 20_000 + b"\n\nhi")
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("charset", ["no-such", "idna", "undefined", "hex", "zlib", "rot13", "a\0b", "", "x" * 5000])
def test_m6_charsets_that_are_none_are_read_and_said(charset: str) -> None:
    decoded = decode("caf\xe9 \xa35".encode("cp1252"), charset)
    assert decoded.text == "café £5"
    assert "guessed" in decoded.oddity


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("=?utf-8?b?====?=", "=?utf-8?b?====?="),
        ("=?utf-8?b??=", ""),
        ("=?no-such?q?caf=E9?=", "café"),
        ("=?utf-8?q?=ff=fe?=", "ÿþ"),
        ("=?idna?b?AAAA?=", "\0\0\0"),
        ("=??q?x?=", "=??q?x?="),
    ],
)
def test_m7_broken_encoded_words_are_read_as_best_can_be(words: str, read: str) -> None:
    assert decode_words(words) == read


@pytest.mark.parametrize("date", ["", "x", "31 Feb 2011", "Mon, 99 Jan 9999999999 10:00:00", "0 0 0 0:0:0 +99999999"])
def test_m7_impossible_dates_are_none(date: str) -> None:
    assert read_date(date) is None


def test_m7_addresses_that_recurse_are_read_past() -> None:
    parsed = parse_email(b"From: " + b"(" * 500 + b" <ann@example.org>\nSubject: x\n\nhi\n")
    assert (parsed.subject, parsed.text) == ("x", "hi")


def test_m8_a_large_message_is_read_whole_and_cut_for_its_readers() -> None:
    parsed = parse_email(HEAD + b"\n" + b"A line that somebody wrote to us.\n" * 60_000)
    assert len(parsed.text) == ParseLimits().text
    assert "only the first 1,000,000 characters were read" in parsed.oddities


def test_parts_without_number_are_refused() -> None:
    with pytest.raises(UnreadableMessage, match="more than 10,000 parts"):
        parse_email(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_500)


def test_m8_lines_without_number_are_refused() -> None:
    with pytest.raises(UnreadableMessage, match="more than 1,500,000 lines"):
        parse_email(HEAD + b"\n" * 1_600_000)


def test_headers_without_end_are_refused() -> None:
    with pytest.raises(UnreadableMessage, match="more than 4 MB of headers"):
        parse_email(HEAD + (b"X-A: " + b"b" * 60_000 + b"\n") * 70 + b"\nhi")


def test_w16_nothing_of_a_message_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        parse_email(b"From: =?x?b?a?= <canary@example.org>\nSubject: =?shift_jis?b?canary?=\nTo: <<canary\n\ncanary\n")
    assert "canary" not in json.dumps([record.getMessage() for record in caplog.records])
