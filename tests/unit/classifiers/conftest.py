"""The packaged rules, read and made ready once for all tests of the classifiers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.small_rules import add_needed_tags

from classifiers.matching import Matchers
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText, Writer, Zone, ZoneKind


@pytest.fixture(scope="session")
def packaged_rules() -> Rulebook:
    """Read the rules that come with the program."""
    return load_rules()


@pytest.fixture(scope="session")
def packaged_matchers(packaged_rules: Rulebook) -> Matchers:
    """Make them ready to match."""
    return Matchers(packaged_rules)


@pytest.fixture(scope="session")
def tagger(packaged_rules: Rulebook) -> Tagger:
    """Make the tagger of the packaged rules."""
    return Tagger(packaged_rules)


@pytest.fixture
def rules_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write rule files into a folder of their own: `rules_folder(products="...")`."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        add_needed_tags(tmp_path)
        return tmp_path

    return write


@pytest.fixture(scope="session")
def letter() -> Callable[..., MessageText]:
    """Make a message of its parts: `letter("new text", subject="...", quoted="...")`."""

    def make(new: str = "", *, subject: str = "", sender: str = "k.ode@example.org", **zones: str) -> MessageText:
        made = [Zone(kind=ZoneKind.SUBJECT, text=subject), Zone(kind=ZoneKind.NEW, text=new)]
        made += [Zone(kind=ZoneKind(kind), text=text) for kind, text in zones.items()]
        return MessageText(zones=tuple(made), sender=Writer(address=sender))

    return make
