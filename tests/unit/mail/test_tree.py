"""The short way to a message of one part gives what the standard library's parser gives of the whole."""

from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mail.mime.caps import ParseLimits, message_tree

TYPES = ("", "Content-Type: text/plain\r\n", "Content-Type: multipart/mixed; boundary=b\r\n")
PIECES = [
    "--b\r\n",
    "\r\n",
    "\n",
    "\r",
    "a: b\r\n",
    " folded\r\n",
    "no field\r\n",
    "text",
    "\xe4",
    "--b--\r\n",
    "From x\n",
]


def flat(message: Message) -> object:
    payload = message.get_payload()
    kinds = [type(defect) for defect in message.defects]
    parts = [flat(part) for part in payload if isinstance(part, Message)] if isinstance(payload, list) else payload
    octets = None if isinstance(payload, list) else message.get_payload(decode=True)
    return list(message.raw_items()), parts, octets, kinds, message.preamble, message.epilogue


@given(st.sampled_from(TYPES), st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_message_has_the_tree_that_the_standard_library_gives(head: str, pieces: list[str]) -> None:
    raw = (head + "".join(pieces)).encode("latin-1")
    tree, _ = message_tree(raw, ParseLimits())
    assert flat(tree) == flat(BytesParser(policy=compat32).parsebytes(raw))


REGULAR = (
    "--b\r\n",
    "--b \n",
    "--b--\r\n",
    "--c\r\n",
    "--c--\n",
    "\r\n",
    "\n",
    "a: b\r\n",
    "a:\r\n folded\r\n",
    "Content-Type: multipart/mixed; boundary=c\r\n\r\n",
    "Content-Type: multipart/digest; boundary=b\r\n\r\n",
    "Content-Type: message/rfc822\r\n\r\n",
    "Content-Transfer-Encoding: base64\r\n\r\n",
    "text \xe4\r\n",
    "\r\ntext",
)


@settings(max_examples=300)
@given(st.sampled_from(TYPES), st.lists(st.sampled_from(REGULAR), max_size=16))
def test_boundaries_within_boundaries_are_read_as_the_standard_library_does(head: str, pieces: list[str]) -> None:
    raw = (head + "".join(pieces)).encode("latin-1")
    tree, _ = message_tree(raw, ParseLimits())
    assert flat(tree) == flat(BytesParser(policy=compat32).parsebytes(raw))


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_body_of_one_part_is_kept_to_the_letter(end: str) -> None:
    body = f"one{end}{end}two\r lone{end}"
    tree, _ = message_tree(f"Subject: s{end}{end}{body}".encode(), ParseLimits())
    assert tree.get_payload() == body
