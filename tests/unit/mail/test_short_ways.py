"""What is looked for quickly before it is looked for carefully: both ways give the same."""

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mail.mime.charsets import clean_text
from pipeline.mail.mime.envelope import without_envelope
from pipeline.mail.mime.transfer import lenient_base64


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=4).filter(any))
def test_base64_in_pieces_gives_all_of_them(pieces: list[bytes]) -> None:
    assert lenient_base64(b"".join(map(base64.b64encode, _padded(pieces)))) == b"".join(_padded(pieces))


def _padded(pieces: list[bytes]) -> list[bytes]:
    """Leave only such as end in a sign of padding: without one the next goes on where it ended."""
    return [piece + b"." * (1 if len(piece) % 3 != 2 else 2) for piece in pieces]


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_cleaned_as_any_other(text: str) -> None:
    assert clean_text(text + "\u20ac") == clean_text(text) + "\u20ac"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", clean_text(text))


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\r\r", b"\r\r\n\r\n"], ids=repr)
@pytest.mark.parametrize("space", [b" ", b"\t", b" \t"], ids=repr)
def test_space_before_a_colon_goes_in_the_head_and_stays_in_the_body(end: bytes, space: bytes) -> None:
    mail = b"Subject" + space + b": a" + end + b"One" + space + b": two\n\nThree : four"
    read = without_envelope(mail)
    assert read.startswith(b"Subject: a")
    assert read.endswith(b"One" + space + b": two\n\nThree : four")
