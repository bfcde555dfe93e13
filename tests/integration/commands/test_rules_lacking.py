"""Rules that lack a tag which the program gives by itself: mail and figures go on by those before, and people are told.

Without "other-use" each use that no rule knows would be counted for one of the uses that are left.
"""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.catalogue import PACKAGED

Statshop = Callable[..., tuple[int, str]]
LETTER = """From: Ann <ann@example.org>
Message-ID: <{number}@example.org>
Date: Mon, 7 Mar 2011 10:00:00 +0000
Subject: A question

Please send the survey. We use the survey's figures to choose plants, {number} of them.
"""
LACKING = "uses.toml: no tag 'other-use' in use, and the program gives it by itself; write [[tag]] id = \"other-use\""


@pytest.fixture
def own(house: Path) -> Path:
    """Give rules of one's own."""
    shutil.copytree(PACKAGED, house / "rules")
    (house / "config.toml").write_text('[rules]\nfolder = "rules"\n[reading]\nworkers = 1\n')
    return house / "rules"


def drop_other_use(own: Path) -> None:
    blocks = (own / "uses.toml").read_text().split("\n\n")
    kept = [block for block in blocks if '"other-use"' not in block]
    assert len(kept) < len(blocks)
    (own / "uses.toml").write_text("\n\n".join(kept))


def imported(house: Path, statshop: Statshop, number: int) -> str:
    (house / "a.eml").write_text(LETTER.format(number=number))
    return statshop("import", "a.eml")[1]


def test_uses_that_no_rule_knows_stay_another_use(own: Path, house: Path, statshop: Statshop) -> None:
    statshop("upgrade")
    assert "stored 1" in imported(house, statshop, 1)
    drop_other_use(own)
    said = imported(house, statshop, 2)
    assert "stored 1" in said
    assert LACKING in said
    rows = [json.loads(line) for line in statshop("export")[1].splitlines() if line.startswith("{")]
    assert [[tag["value"] for tag in row["tags"] if tag["dimension"] == "use"] for row in rows] == [["other-use"]] * 2
    assert statshop("digest", "2011-03")[0] == 0
    (table,) = house.glob("var/digests/2011-03/draft/internal/messages-by-use-*.csv")
    counted = {row[0]: row[1] for row in csv.reader(table.read_text(encoding="utf-8-sig").splitlines()) if len(row) > 1}
    assert {title for title, number in counted.items() if number == "2"} == {"Another use", "All messages"}
    for words, told in (("doctor", LACKING), ("rules check", LACKING), ("alerts", LACKING), ("status", "mistakes")):
        status, said = statshop(*words.split())
        assert (status != 0, told in said) == (True, True), said


def test_rules_that_never_had_the_tag_read_no_mail(own: Path, house: Path, statshop: Statshop) -> None:
    statshop("upgrade")
    drop_other_use(own)
    assert LACKING in imported(house, statshop, 1)
    assert statshop("export")[1].count('"kind": "message"') == 0
