"""Whatever bytes come, reading ends in words: no crash, clean text, zones that fit."""

from fakes.odd_mail import examine, odd_mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.verdict import Writer
from pipeline.mail.mime.charsets import clean_text
from pipeline.mail.mime.headers import decode_words
from pipeline.mail.mime.names import safe_name
from pipeline.mail.zones.carve import carve
from pipeline.mail.zones.forwards import Correspondents

PHRASES = st.sampled_from(
    """From: A <a@b.org>|Sent: 3 May 2011|To: B|Subject: x|-----Original Message-----|> quoted|>> deeper|Regards|-- |
On 3 May 2011 at 10:00, A wrote:|Ann Sample|This email is confidential.|*******||Begin forwarded message:|
                 To:   x|                 Subject:  y|>>> A 3/5/2011 10:00 >>>""".replace("|\n", "|").split("|")
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd_mail())
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    examine(raw)


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
