"""`statshop rules`: figures of the rules over a small store, and two folders compared."""

import shutil
from collections.abc import Callable
from pathlib import Path

from classifiers.catalogue import PACKAGED

Statshop = Callable[..., tuple[int, str]]
ADDED = """
[[rule]]
id = "cohesion.zebra"
tag = "cohesion"
rank = "decides"
phrases = ["zebra crossing"]
ok = ["zebra crossing"]
not = ["zebra"]
"""


def test_stats_and_diff_of_what_is_stored(house: Path, statshop: Statshop) -> None:
    (house / "one.eml").write_text(
        "From: Ann <ann@example.org>\nSubject: Request\nMessage-ID: <1@example.org>\n\n"
        "How many adults use a zebra crossing?\n"
    )
    wider = house / "wider"
    shutil.copytree(PACKAGED, wider)
    with (wider / "products.toml").open("a", encoding="utf-8") as file:
        file.write(ADDED)
    assert statshop("upgrade")[0] == 0
    assert statshop("import", "one.eml")[0] == 0
    status, said = statshop("rules", "stats")
    assert status == 0
    assert "1 messages, 0 of them decided by people." in said
    assert "Matched in no message:" in said
    status, said = statshop("rules", "diff", str(PACKAGED), str(wider))
    assert status == 0
    assert "product: cohesion: gains 1, loses 0\n    + 1" in said


def test_diff_of_rules_that_cannot_be_read_names_the_mistake(house: Path, statshop: Statshop) -> None:
    (house / "bad").mkdir()
    (house / "bad" / "products.toml").write_text("dimension = 'product'\n[[rule]]\nid = 3\n")
    status, said = statshop("rules", "diff", "bad", str(PACKAGED))
    assert status == 1
    assert "products.toml:" in said
