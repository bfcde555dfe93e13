"""What is looked for quickly in the lines of a body, before it is looked for carefully: both ways give the same."""

import re
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mail.zones import attribution, hops, signatures
from pipeline.mail.zones.attribution import may_end
from pipeline.mail.zones.hops import head_at
from pipeline.mail.zones.lines import lines_of
from pipeline.mail.zones.noticewords import NOTICES, notice_at
from pipeline.mail.zones.signatures import before_separator, is_sign_off

ENDS = st.sampled_from(
    [*string.whitespace, "\x1c", "*", "-", ":", "wrote", "Wrote", "schrieb", "a écrit", "ſchrieb", "x"]
)
WORDS = re.split(
    r"\|",
    "The message or e-mail is confidential|privileged and intended only for the addressee|the recipient named above|"
    "if you received it in error|by mistake|has been scanned|for viruses|virus free|communications|may be monitored|"
    "monitors e-mails sent|consider the environment|before you print this email|legal disclaimer|Disclaimer:|Notice|"
    "views|expressed|those of|To unsubscribe|click here to unsubscribe|reply|stop getting|registered in England|"
    "Registered charity no 1|Confidentiality :|originated outside your |External email:|accept no liability|neges|"
    "gyfrinachol|feirws|sganio|gohebiaeth|croesawn|ystyriwch|amgylchedd|IN WELSH|correspondence is welcomed|ſ|é|\n",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.integers(0, 40), st.integers(0, 400))
def test_a_notice_is_found_where_all_of_them_together_find_one(text: str, start: int, end: int) -> None:
    every = re.compile("|".join(pattern for _, pattern in NOTICES), re.I | re.S)
    found = every.search(text, start, end)
    assert notice_at(text, text.lower(), start, end) == (found.start() if found else None)


@given(st.lists(st.one_of(ENDS, st.text(max_size=3)), max_size=6).map("".join))
def test_no_attribution_ends_where_the_last_word_is_none_of_one(joined: str) -> None:
    ends = attribution._END.search(joined) or attribution._BARE_END.search(joined)
    assert may_end(joined) or not ends


SIGNED = [
    "Many Thanks",
    "KIND regards",
    "ta",
    "x",
    ",",
    " ",
    "/",
    "Cofion gorau",
    "sinſerely",
    "Grüße",
    "to you both",
    "-",
]


@given(st.lists(st.sampled_from(SIGNED), max_size=5).map("".join))
def test_a_sign_off_in_lower_case_is_one_in_any(content: str) -> None:
    assert is_sign_off(content) == (re.fullmatch(signatures._SIGN_OFF, content, re.I) is not None)


@given(st.text(st.sampled_from("ab ,|(-–/\t\u2003"), max_size=12))
def test_a_line_without_a_separator_is_not_parted(content: str) -> None:
    assert before_separator(content) == signatures._SEPARATOR.split(content, maxsplit=1)[0]


LINES = [
    "_ _ _ _",
    "----",
    "--x--",
    "Original Message:",
    "Forwarded message --",
    "*Original message*",
    ">>> A 3/5/2011 >>>",
]
LINES += ["Ann Rowe/HQ", "4/7/2011", "To: us", "Subject: x", "", "From: A", "Ann        To:  us", "      SUBJECT:  y"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map("\n".join))
def test_markers_are_found_as_their_patterns_find_them(text: str) -> None:
    lines = lines_of(text)
    for at, line in enumerate(lines):
        marked = hops._MARKER.fullmatch(line.content) and hops._MARKED.search(line.content)
        assert not marked or head_at(lines, at) is not None
