"""Tables of the rules: what an entry may be, and how a wrong one is named before mail is read by it."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.catalogue import PACKAGED
from classifiers.errors import RulesUnreadable
from classifiers.rulebook import load_rules
from classifiers.rulelines import line_at
from classifiers.second_look import Limits
from classifiers.tables import problems_in, without_unknown
from classifiers.verdict import Dimension

NAMES = {"user_category": frozenset(["parliament", "other"]), "given": frozenset(["bounce", "bulk"])}
HEADER = """kind = "table"

[[header]]   # RFC 3464
name = "content-type"
values = ["multipart/report*"]
gives = "bounce"
weight = 0.9
says = "it is a report"
"""
SHAPE = """kind = "table"
[relays]
gsi = "other"
[[shape]]
domains = ["*.police.uk"]
category = "other"
organisation = "a police force"
"""
DOUBTS = 'kind = "table"\nstart = 5.66\n[worth]\n"no user" = 1.09\n'


def problems(table: str, text: str) -> list[str]:
    return [str(one) for one in problems_in(table, f"{table}.toml", text, tomllib.loads(text), NAMES)]


@pytest.mark.parametrize(
    ("table", "text"),
    [("mail_headers", HEADER), ("sender_domains", SHAPE), ("doubt_weights", DOUBTS), ("unknown", "any = 1")],
)
def test_right_table_has_no_problems(table: str, text: str) -> None:
    assert problems(table, text) == []


@pytest.mark.parametrize(
    ("table", "good", "old", "new", "says"),
    [
        pytest.param(
            "mail_headers", HEADER, '["multipart/report*"]', '"multipart/report*"',
            "mail_headers.toml:5 [header.values]: values 'multipart/report*' is not a list", id="text for a list",
        ),
        pytest.param(
            "mail_headers", HEADER, "values =", "value =",
            "mail_headers.toml:5 [header.value]: unknown key 'value'; write 'values'", id="misspelt key",
        ),
        pytest.param(
            "mail_headers", HEADER, "values =", "value =",
            "mail_headers.toml:3 [header]: the key 'values' is missing", id="missing key",
        ),
        pytest.param("mail_headers", HEADER, '"bounce"', '"bounces"', "write 'bounce'", id="disposition"),
        pytest.param("mail_headers", HEADER, '"bounce"', '"triage"', "no disposition of headers", id="triage"),
        pytest.param("mail_headers", HEADER, "0.9", '"0.9"', "weight '0.9' is not a number between 0 and 1", id="text"),
        pytest.param("mail_headers", HEADER, "content-type", "Content-Type", "small letters", id="capitals"),
        pytest.param("mail_headers", HEADER, "[[header]]", "[header]", "[[header]], with two brackets", id="brackets"),
        pytest.param("sender_domains", SHAPE, '"other"\norg', '"parlament"\norg', "write 'parliament'", id="kind"),
        pytest.param("sender_domains", SHAPE, 'gsi = "other"', 'gsi = "none"', "sender_domains.toml:3", id="relay"),
        pytest.param("sender_domains", SHAPE, "[[shape]]", "[[shapes]]", "unknown key 'shapes'", id="section"),
        pytest.param("sender_domains", SHAPE, '["*.police.uk"]', "[]", "domains [] is not", id="empty"),
        pytest.param("doubt_weights", DOUBTS, "1.09", "nan", "no user nan is not a number between", id="nan"),
        pytest.param("doubt_weights", DOUBTS, "5.66", "inf", "start inf is not a number between", id="inf"),
        pytest.param("doubt_weights", DOUBTS, "5.66", "566", "start 566 is not a number between -20", id="too much"),
        pytest.param("doubt_weights", DOUBTS, "5.66", "true", "start true is not a number", id="yes"),
        pytest.param("doubt_weights", DOUBTS, "no user", "nobody", "no doubt is called 'nobody'", id="doubt"),
        pytest.param("doubt_weights", DOUBTS, "start = 5.66\n", "", "the key 'start' is missing", id="no start"),
    ],
)  # fmt: skip
def test_wrong_entry_is_named_with_its_line(table: str, good: str, old: str, new: str, says: str) -> None:
    found = problems(table, good.replace(old, new, 1))
    assert any(says in one for one in found), found


def test_wrong_table_keeps_rules_from_use(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(PACKAGED, own)
    table = own / "mail_headers.toml"
    table.write_text(table.read_text().replace("values = [", 'values = "*"  # [', 1))
    with pytest.raises(RulesUnreadable, match=r"mail_headers\.toml:\d+ \[header\.values\]"):
        load_rules(own)


def test_words_of_a_tag_that_was_taken_out_count_for_nothing() -> None:
    tags = {Dimension.PRODUCT: frozenset(["trees"]), Dimension.USER_CATEGORY: frozenset(["other"])}
    words = {"product": {"start": {"trees": -2.0, "hedges": -1.0}, "worth": {"hedges": {"box": 1.0}}}}
    assert without_unknown("tag_words", words, tags)["product"] == {"start": {"trees": -2.0}, "worth": {}}
    assert without_unknown("product_words", {"worth": {"hedges": {}, "trees": {}}}, tags)["worth"] == {"trees": {}}


def test_line_is_that_of_the_value_or_of_the_table_above() -> None:
    text = 'a = 1\n[one."two words"]\n"b c" = 2\n[[row]]\nx = 1\n[[row]]  # the second\nx = [\n  2,\n]\n'
    assert line_at(text, ("one", "two words", "b c")) == 3
    assert line_at(text, ("row", 1, "x")) == 7
    assert line_at(text, ("row", 1, "y")) == 6
    assert line_at(text, ("z",)) == 0


def test_every_limit_of_words_against_rules_may_be_set() -> None:
    limits = "".join(f"{name} = 1.0\n" for name in Limits.__slots__ if name != "words")
    assert problems("product_words", f'kind = "table"\n[against_rules]\n{limits}') == []
    assert "write 'drop'" in problems("product_words", 'kind = "table"\n[against_rules]\ndrops = 1\n')[0]


def test_every_packaged_table_has_its_shape(rules_folder: Callable[..., Path]) -> None:
    wrong = {path.stem: path.read_text() + "\n[nobody-knows]\nx = 1\n" for path in sorted(PACKAGED.glob("*.toml"))}
    tables = {name: text for name, text in wrong.items() if 'kind = "table"' in text}
    with pytest.raises(RulesUnreadable) as caught:
        load_rules(rules_folder(**tables))
    assert {problem.file for problem in caught.value.problems if "nobody-knows" in problem.reason} == {
        f"{name}.toml" for name in tables
    }
