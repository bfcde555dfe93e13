"""Digests rest on the rules that reading uses: the last that worked, never those that somebody is editing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.small_rules import add_needed_tags

from classifiers.errors import RulesUnreadable
from classifiers.rulebook import rules_version
from classifiers.verdict import Dimension
from pipeline.commands.digesting import catalogue_of, make_month
from pipeline.commands.opening import mailboxes_of
from pipeline.config import Settings, load_settings
from storage.engine import Store, open_store
from storage.reports import issues
from storage.upgrade import upgrade

HoldLetter = Callable[[Store, str, datetime], None]
APRIL = datetime(2011, 4, 4, 9, tzinfo=UTC)
CONFIG = """
[rules]
folder = "shared"
[mailboxes.north]
host = "127.0.0.1"
user = "north"
rules = "own"
"""
RULES = """
dimension = "product"

[[tag]]
id = "{tag}"
title = "{tag}"

[[rule]]
id = "{tag}.named"
tag = "{tag}"
phrases = ["{tag} survey"]
"""


@pytest.fixture
def settings(house: Path) -> Settings:
    """Give a mailbox with rules of its own, beside a folder of rules for all others."""
    (house / "config.toml").write_text(CONFIG)
    for folder, tag in (("shared", "trees"), ("own", "gardens")):
        (house / folder).mkdir()
        (house / folder / "products.toml").write_text(RULES.format(tag=tag))
        add_needed_tags(house / folder)
    return load_settings(house / "config.toml", {"STATSHOP_MAILBOXES__NORTH__PASSWORD": "x"})


@pytest.fixture
def store(house: Path) -> Iterator[Store]:
    upgrade(f"sqlite:///{house / 'store.db'}")
    with open_store(f"sqlite:///{house / 'store.db'}") as opened:
        yield opened


def spoil(house: Path) -> None:
    for folder in ("shared", "own"):
        (house / folder / "products.toml").write_text("a mistake")


@pytest.mark.parametrize(
    ("mailbox", "folder", "products"),
    [(None, "shared", ["trees", "survey", "gardens"]), ("north", "own", ["survey", "gardens"])],
)
def test_a_bad_edit_of_the_rules_changes_no_digest(
    settings: Settings,
    house: Path,
    store: Store,
    hold_letter: HoldLetter,
    mailbox: str | None,
    folder: str,
    products: list[str],
) -> None:
    hold_letter(store, mailboxes_of(settings, "north")[0].account, datetime(2011, 3, 5, tzinfo=UTC))
    worked = rules_version(house / folder)
    catalogue_of(settings, house, mailbox)  # what worked is kept whenever it is read
    spoil(house)
    assert [entry.id for entry in catalogue_of(settings, house, mailbox).of(Dimension.PRODUCT)] == products
    make_month(store, settings, house, "2011-03", now=APRIL, issue=True, mailbox=mailbox)
    account = mailboxes_of(settings, mailbox)[0].account if mailbox else None
    assert [one.rules_version for one in issues(store, "2011-03", account)] == [worked]


def test_no_digest_is_issued_by_rules_that_never_worked(settings: Settings, house: Path, store: Store) -> None:
    spoil(house)
    with pytest.raises(RulesUnreadable, match=r"products\.toml"):
        make_month(store, settings, house, "2011-03", now=APRIL, issue=True)
    assert issues(store) == ()
