"""Rules of a few lines: with the tags that all rules have to have, with mistakes, or beside the packaged ones."""

import shutil
from pathlib import Path

from classifiers.catalogue import PACKAGED
from classifiers.errors import RulesUnreadable
from classifiers.needed import NEEDED
from classifiers.rulebook import load_rules

_ZEBRA = """
[[rule]]
id = "cohesion.zebra"
tag = "cohesion"
rank = "decides"
phrases = ["zebra crossing"]
ok = ["zebra crossing"]
not = ["zebra"]
"""


def wider_rules(folder: Path) -> Path:
    """Copy the packaged rules into a new folder, with one more: a zebra crossing speaks for cohesion."""
    shutil.copytree(PACKAGED, folder)
    with (folder / "products.toml").open("a", encoding="utf-8") as file:
        file.write(_ZEBRA)
    return folder


def add_needed_tags(folder: Path) -> None:
    """Put the tags that the program gives by itself into a folder of rules, in a file of their own for each dimension.

    Those that another file of the folder has are left to it.
    """
    written = "".join(path.read_text(encoding="utf-8", errors="ignore") for path in folder.glob("*.toml"))
    for dimension, tags in NEEDED.items():
        blocks = [f'[[tag]]\nid = "{tag}"\ntitle = "{tag}"\n' for tag in tags if f'id = "{tag}"' not in written]
        if blocks:
            (folder / f"needed-{dimension}.toml").write_text(f'dimension = "{dimension}"\n' + "".join(blocks))


def problems_of(folder: Path) -> list[str]:
    """Give, in words, the mistakes for which a folder of rules cannot be read."""
    try:
        load_rules(folder)
    except RulesUnreadable as unreadable:
        return [str(problem) for problem in unreadable.problems]
    raise AssertionError("the rules can be read")
