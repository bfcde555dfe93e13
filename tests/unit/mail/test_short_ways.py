"""What is looked for quickly before it is looked for carefully: both ways give the same."""

import base64
import binascii
import re
from email.message import Message
from email.parser import BytesFeedParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mail.mime import charsets
from pipeline.mail.mime.caps import CappedPolicy, ParseLimits, message_tree
from pipeline.mail.mime.charsets import clean_text
from pipeline.mail.mime.envelope import without_envelope
from pipeline.mail.mime.headers import all_decoded, boundary_of, decoded, plain_parameters
from pipeline.mail.mime.transfer import lenient_base64, whole_base64


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


@given(st.lists(st.sampled_from([b"QUJD", b"QU", b"Q", b"=", b"\r\n", b" ", b"+/"]), max_size=8).map(b"".join))
def test_base64_decoded_in_one_go_is_that_of_its_pieces(sent: bytes) -> None:
    whole = whole_base64(sent)
    try:
        assert whole is None or whole == lenient_base64(sent)
    except binascii.Error:  # nothing but padding and white space
        assert whole == b""


@given(st.text(st.sampled_from("a \xa0\xad\x85\u200b\u2028\ufeff\ud800\r\n\x0b"), max_size=20))
def test_any_text_is_cleaned_letter_by_letter(text: str) -> None:
    ended = text.replace("\r\n", "\n").replace("\r", "\n")
    assert clean_text(text) == "".join(
        charsets._CLEAN.get(ord(char), char) if char not in "\t\n" else char for char in ended
    )


FIELDS = ["text/plain", "attachment", "charset", ";", "; ", ";\r\n\t", "charset=", "CharSet=", "name=", "filename="]
FIELDS += [
    "boundary=",
    "utf-8",
    '"a b, c"',
    '"b" ',
    '""',
    '"a;b"',
    "'x'",
    "<b>",
    "a*",
    "*=",
    "\\",
    '"',
    "=?utf-8?q?x?=",
    "é",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(FIELDS), max_size=9).map("".join), st.sampled_from(["charset", "name", "filename"]))
def test_plain_parameters_are_those_of_the_standard_library(written: str, name: str) -> None:
    plain = plain_parameters(written)
    part = Message()
    part["content-type"] = written
    assert plain is None or plain.get(name, "") == part.get_param(name, "")
    assert plain is None or boundary_of(part) == (part.get_boundary() or "")


@given(st.lists(st.text(st.sampled_from("a \t\r\n=?é\x00"), max_size=6), max_size=4))
def test_fields_read_together_are_read_as_each_alone(values: list[str]) -> None:
    assert all_decoded(values) == [decoded(value) for value in values]


NAMES = ["Subject", "Content-Type", "content-disposition", "CONTENT-TRANSFER-ENCODING", "X"]
VALUES = st.sampled_from(["", "a", "a; b=c", "base64 ; x", "a" * 30, "a;" * 9, "a\r\n b", " \r\n\ta", "a" * 80])


@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6))
def test_fields_taken_together_are_cut_as_each_alone(written: list[tuple[str, str]]) -> None:
    limits = ParseLimits(header=60, parameter_bytes=20, parameters=3)
    raw = "".join(f"{name}: {value}\r\n" for name, value in written).encode() + b"\r\nbody"
    tree, cut = message_tree(raw, limits)
    policy = CappedPolicy(limits)
    parser = BytesFeedParser(policy.new_part, policy=policy)
    parser.feed(raw)
    each = parser.close()
    assert list(tree.raw_items()) == list(each.raw_items())
    assert cut == tuple(policy.tally.cut)
    assert [tree.get(name.upper()) for name in NAMES] == [Message.get(each, name) for name in NAMES]
