"""Answers to FETCH are read as IMAPClient reads them, whether written as most servers write them or otherwise."""

import imaplib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response

from pipeline.mail.imap.rows import Row, rows_of
from pipeline.mail.imap.words import _STAND_IN, is_stand_in

NUMBERS = st.sampled_from([b"0", b"1", b"2", b"07", b"4294967295"])
DATES = st.sampled_from(
    [
        b" 1-Mar-2011 09:00:00 +0000",
        b"31-Feb-2011 09:00:00 +0100",
        b"01-Mar-2011 09:00:00 -0000",
        b"29-Feb-2012",
        b" 1-Mar-2011 9:00:000 +0000",
        b"30-Xxx-2011 09:00:00 +0000",
        b"31-Dec-9999 23:59:60 +9959",
        b"never",
    ]
)
BODIES = st.sampled_from([b"", b"Subject: a\r\n\r\nb", b")", b"{3}", b'"'])
LINES = st.one_of(
    st.builds(lambda n, uid, size: [b"%b (UID %b RFC822.SIZE %b)" % (n, uid, size)], NUMBERS, NUMBERS, NUMBERS),
    st.builds(lambda n, uid: [b"%b (UID %b)" % (n, uid)], NUMBERS, NUMBERS),
    st.builds(lambda n: [b"%b (FLAGS (\\Seen))" % n], NUMBERS),
    st.builds(
        lambda n, uid, at, body, off, end: [
            (b'%b (UID %b INTERNALDATE "%b" BODY[] {%d}' % (n, uid, at, len(body) + off), body),
            end,
        ],
        *(NUMBERS, NUMBERS, DATES, BODIES, st.sampled_from([0, 0, 0, 1]), st.sampled_from([b")", b")", b" FLAGS ())"])),
    ),
    st.builds(
        lambda n, uid, at, body: [
            (b"%b (BODY[] {%d}" % (n, len(body)), body),
            b' UID %b INTERNALDATE "%b")' % (uid, at),
        ],
        *(NUMBERS, NUMBERS, DATES, BODIES),
    ),
    st.builds(
        lambda n, uid: [b'%b (UID %b INTERNALDATE " 1-Mar-2011 09:00:00 +0000" BODY[] NIL)' % (n, uid)], *[NUMBERS] * 2
    ),
    st.sampled_from([[None], [b""], [b"1"], [b"1 (UID"], [b")"], [b"x (UID 1)"]]),
)
ANSWERS = st.lists(LINES, max_size=4).map(lambda lines: [one for line in lines for one in line])


def outcome(read: Any, answer: list[Any]) -> Any:
    """Give what comes of an answer, or the kind of error; what else imapclient raises counts as well."""
    try:
        return dict(read(answer))
    except (ValueError, TypeError, AttributeError, imaplib.IMAP4.error) as error:
        return type(error)


def by_imapclient(answer: list[Any]) -> dict[int, Row]:
    return dict(parse_fetch_response(answer, normalise_times=False, uid_is_key=True))


@settings(deadline=None)
@given(ANSWERS)
def test_an_answer_is_read_as_imapclient_reads_it(answer: list[Any]) -> None:
    assert outcome(rows_of, answer) == outcome(by_imapclient, answer)


def test_a_message_comes_with_its_date_and_bytes() -> None:
    line = b'3 (UID 7 INTERNALDATE " 1-Mar-2011 10:00:00 +0100" BODY[] {2}'
    assert rows_of([(line, b"ab"), b")"])[7] == {
        b"SEQ": 3,
        b"INTERNALDATE": datetime(2011, 3, 1, 9, tzinfo=UTC),
        b"BODY[]": b"ab",
    }


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([b"Subject: ", b"SUBJECT:", b"Retrieval using the ", b"RETRIEVAL Using the", b" IMAP4 "]))
)
def test_no_header_is_a_stand_in_that_the_pattern_does_not_find(parts: list[bytes]) -> None:
    raw = b"".join(parts) + b"IMAP4 protocol failed for the following message: 3\r\n\r\nbody"
    assert is_stand_in(raw) == (_STAND_IN.search(raw.partition(b"\r\n\r\n")[0]) is not None)


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b""])
def test_a_stand_in_is_known_by_its_subject_alone(end: bytes) -> None:
    words = b"subject: retrieval USING the POP3 protocol failed for the following message: 3"
    assert is_stand_in(b"From: a\r\n" + words + end)
    assert end == b"" or not is_stand_in(b"From: a" + end + words)
