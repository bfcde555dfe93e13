"""What is made out of a message that cannot be read, and a charset that a person chose."""

import pytest

from pipeline.mail.glimpse import glimpse
from pipeline.mail.parse import ParseLimits, parse_email


@pytest.mark.parametrize(
    ("raw", "subject", "address"),
    [
        pytest.param(b"Subject: Wards\r\nFrom: Ann <ann@example.org>\r\n\r\nx", "Wards", "ann@example.org", id="usual"),
        pytest.param(b"Subject: =?utf-8?q?Caf=C3=A9?=\n\nx", "Café", "", id="encoded, and no sender"),
        pytest.param(b"From x Thu Mar  3 10:22:00 2011\nSubject: Boxed\n\n", "Boxed", "", id="an mbox line first"),
        pytest.param(b"", "", "", id="nothing"),
        pytest.param(b"\x00\xff" * 40_000, "", "", id="no message at all"),
        pytest.param(b"Subject: " + b"(" * 100_000, None, "", id="brackets without end"),
        pytest.param(b"From: " + b'"' * 100_000 + b"\r\n\r\n", "", "", id="quotes without end"),
    ],
)
def test_subject_and_sender_are_made_out_as_far_as_they_can_be(raw: bytes, subject: str | None, address: str) -> None:
    seen = glimpse(raw)
    assert seen.sender.address == address
    assert subject is None or seen.subject == subject


def test_f47_a_charset_that_a_person_chose_goes_before_what_the_message_says() -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "“Prices” – 5 €".encode("cp1252") + b"\r\n"
    chosen = parse_email(raw, limits=ParseLimits(charset="windows-1252"))
    assert chosen.text.strip() == "“Prices” – 5 €"
    assert "a person chose the charset windows-1252" in chosen.oddities
