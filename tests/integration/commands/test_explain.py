"""`statshop explain`: the words that decided, rule by rule, and why another tag does not stand."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Statshop = Callable[..., tuple[int, str]]
LETTER = """From: Ann Example <ann@example.org>
To: StatShop@communities.gsi.gov.uk
Subject: Two questions
Message-ID: <1@example.org>
Date: Mon, 14 Mar 2011 12:00:00 +0000

{text}
"""


@pytest.fixture
def explained(house: Path, statshop: Statshop) -> Callable[..., str]:
    """Write a letter, explain it, and give what was said."""

    def said(text: str, *words: str) -> str:
        (house / "one.eml").write_text(LETTER.format(text=text), encoding="utf-8")
        status, output = statshop("explain", "one.eml", *words)
        assert status == 0, output
        return output

    return said


def test_words_are_lit_and_each_rule_has_its_file_line_and_weight(explained: Callable[..., str]) -> None:
    said = explained("How many people volunteer in hospices?")
    assert "[[" in said
    assert re.search(r"volunteering\.\S+, \S+\.toml line \d+, weight 0\.\d+\n +“How many people volunteer", said)


def test_what_was_set_aside_is_named_with_the_words_that_did_it(explained: Callable[..., str]) -> None:
    said = explained("Formal volunteering by age, please. I do not need the cohesion report.", "--why-not", "cohesion")
    assert "Why not product:cohesion: it is named only to be set aside." in said
    assert "it is set aside by “I do not need”" in said


def test_nearest_rule_stands_with_its_line_and_what_it_lacks(explained: Callable[..., str]) -> None:
    said = explained("Could you tell me how many people are formal?", "--why-not", "product:volunteering")
    assert re.search(r"The nearest rule is volunteering\.\S+, \S+\.toml line \d+: it lacks “", said)


def test_tag_that_stands_is_said_to_stand(explained: Callable[..., str]) -> None:
    assert "product:volunteering stands" in explained("How many adults volunteer?", "--why-not", "volunteering")


def test_unknown_tag_names_the_nearest(house: Path, statshop: Statshop) -> None:
    (house / "one.eml").write_text(LETTER.format(text="Hello"), encoding="utf-8")
    status, said = statshop("explain", "one.eml", "--why-not", "cohesoin")
    assert status == 1
    assert "'cohesion' meant?" in said


def test_message_that_cannot_be_read_is_said(house: Path, statshop: Statshop) -> None:
    (house / "deep.eml").write_bytes(b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"x" * 10 + nested(300))
    status, said = statshop("explain", "deep.eml")
    assert (status, bool(said.strip())) == (1, True)


def nested(depth: int) -> bytes:
    """Build multiparts within multiparts, deeper than anything is read."""
    opened = [f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(depth)]
    return ("\r\n--a\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + "".join(opened)).encode()


def test_a_folder_is_not_explained_by_one_of_its_messages(statshop: Statshop, house: Path) -> None:
    (house / "box").mkdir()
    status, said = statshop("explain", "box")
    assert status == 1
    assert "box is a folder: name one message file" in said
