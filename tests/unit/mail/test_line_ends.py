"""Line ends made CRLF: what is CRLF already is left alone, and nothing else is taken for it."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.mime.envelope import with_crlf


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"\r\r\n"]), max_size=12).map(b"".join))
def test_every_line_end_becomes_crlf(raw: bytes) -> None:
    one_by_one = raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert with_crlf(raw) == one_by_one.replace(b"\n", b"\r\n")


def test_what_has_crlf_throughout_is_left_as_it_is() -> None:
    raw = b"Subject: Apples\r\n\r\nRed ones.\r\n"
    assert with_crlf(raw) is raw
