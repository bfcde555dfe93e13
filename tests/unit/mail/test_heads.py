"""Lines that have nothing of the head of an earlier mail are passed over, and no head is lost by it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mail.zones.hops import head_at, may_begin
from pipeline.mail.zones.lines import lines_of

LINES = st.sampled_from(
    [
        "-----Original Message-----",
        "Begin forwarded message:",
        "Original message --",
        "________",
        "From: Ann <a@b.org>",
        "*Sent:* Monday 4 July 2011",
        "To: us",
        "Subject: Re: tables",
        "On 4 July 2011 at 10:00, Ann <a@b.org> wrote:",
        "On 4 July 2011 at 10:00, Ann",
        "<a@b.org> wrote:",
        "Am 4.7.2011 schrieb Ann:",
        ">>> Ann 4/7/2011 10:00 >>>",
        "Ann Other/HQ        To:  us",
        "            Subject: tables",
        "> quoted",
        "Please send the tables.",
        "",
        "ends with a dash -",
    ]
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join))
def test_no_head_begins_where_a_line_has_nothing_of_one(text: str) -> None:
    lines = lines_of(text)
    for at, line in enumerate(lines):
        assert not line.content or may_begin(lines, at) or head_at(lines, at) is None
