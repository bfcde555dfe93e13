"""Whatever bytes come, reading ends in words: no crash, clean text, zones that fit."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.verdict import Writer
from pipeline.mail.clean import message_text
from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import ParsedEmail
from pipeline.mail.mime.charsets import clean_text
from pipeline.mail.mime.headers import decode_words
from pipeline.mail.mime.names import safe_name
from pipeline.mail.parse import copy_key, parse_email, thread_key
from pipeline.mail.zones.carve import carve
from pipeline.mail.zones.forwards import Correspondents

NAMES = "From To Subject Date Received Content-Type Content-Disposition Content-Transfer-Encoding"
FIELDS = st.sampled_from([name.encode() for name in NAMES.split()])
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=b",
            b"multipart/alternative; boundary=b",
            b"message/rfc822",
            b"message/delivery-status",
            b"text/html; charset=utf-7",
            b"text/calendar",
            b"application/pdf; name*0*=a",
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"attachment; filename=../a",
            b"=?utf-8?b?w6k?= <a@b.org>",
            b"Tue, 16 Nov 2010 09:41:00 +0000",
        ]
    ),
)
MARKS = [b"--b", b"--b--", b"", b"From: x", b"begin 644 a", b"end", b"> q"]
LINES = st.one_of(st.binary(max_size=40), st.sampled_from(MARKS))
MESSAGES = st.builds(
    lambda fields, lines, ends: ends.join([*(name + b": " + value for name, value in fields), b"", *lines]),
    st.lists(st.tuples(FIELDS, VALUES), max_size=8),
    st.lists(st.one_of(LINES, st.builds(lambda name, value: name + b": " + value, FIELDS, VALUES)), max_size=25),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
PHRASES = st.sampled_from(
    """From: A <a@b.org>|Sent: 3 May 2011|To: B|Subject: x|-----Original Message-----|> quoted|>> deeper|Regards|-- |
On 3 May 2011 at 10:00, A wrote:|Ann Sample|This email is confidential.|*******||Begin forwarded message:|
                 To:   x|                 Subject:  y|>>> A 3/5/2011 10:00 >>>""".replace("|\n", "|").split("|")
)


def check(parsed: ParsedEmail) -> None:
    for text in (parsed.subject, parsed.text, parsed.sender.name, parsed.sender.address, parsed.message_id):
        text.encode("utf-8")
        assert "\0" not in text
    assert "\n" not in parsed.subject + parsed.sender.name
    assert copy_key(parsed)
    assert isinstance(thread_key(parsed), str)
    for zone in message_text(parsed, team_addresses=frozenset()).zones[1:]:
        if not zone.name:
            assert parsed.text[zone.start : zone.start + len(zone.text)] == zone.text
    for attachment in parsed.attachments:
        assert attachment.filename
        assert "/" not in attachment.filename
    for carried in parsed.attached:
        check(carried)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(MESSAGES, st.binary(max_size=300)))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        check(parse_email(raw))
    except UnreadableMessage as error:
        assert str(error)  # noqa: PT017  # either outcome is right


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PHRASES, st.text(max_size=40)), max_size=40), st.sampled_from(["x", "RE: x", "FW: x"]))
def test_zones_of_any_text_fit_and_lose_no_word(lines: list[str], subject: str) -> None:
    text = clean_text("\n".join(lines))
    carved = carve(text, subject, Correspondents(team=frozenset(), sender=parsed_sender()))
    at = 0
    for zone in carved.zones:
        assert text[zone.start : zone.start + len(zone.text)] == zone.text
        assert not text[at : zone.start].strip(" \t\n>")
        at = zone.start + len(zone.text)
    assert not text[at:].strip(" \t\n>")


def parsed_sender() -> Writer:
    return Writer(name="Ann Sample", address="ann@example.org")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_words_and_names_of_any_text_are_harmless(text: str) -> None:
    decode_words(f"=?utf-8?q?{text}?= {text}")
    name = safe_name(text)
    assert len(name) <= 120
    assert not set(name) & set('/\\<>:"|?*\0\n')
    assert name not in (".", "..")
