"""What the page asks of the rules, by the real ones in their worker processes."""

from pathlib import Path

import pytest
from fakes.small_rules import add_needed_tags

from pipeline.commands.explaining import Explainer
from pipeline.commands.opening import mailbox_rules
from pipeline.config import Settings, load_settings

MAIL = (
    b"From: Ann Example <ann@exampleton.gov.uk>\r\nSubject: Tables\r\nDate: Mon, 14 Mar 2011 09:00:00 +0000\r\n\r\n"
    b"Please send formal volunteering by age, not the cohesion report.\r\n"
)


RULE = """
dimension = "product"

[[tag]]
id = "garden"
title = "Garden statistics"

[[rule]]
id = "product.garden"
tag = "garden"
phrases = ["%s"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.toml").write_text("[reading]\nworkers = 1\n")
    return load_settings(tmp_path / "config.toml", {})


def test_eml_says_what_fires_what_nearly_fires_and_why_not(settings: Settings, tmp_path: Path) -> None:
    with Explainer(settings, tmp_path) as explainer:
        told = explainer.explain(MAIL, ("use", "equality"))
    assert told.verdict is not None
    assert ("product", "volunteering") in {(tag.dimension, tag.value) for tag in told.verdict.tags}
    nearest = told.near[0]
    assert (nearest.dimension, nearest.value, nearest.reason) == (
        "product",
        "cohesion",
        "it is named only to be set aside",
    )
    assert nearest.rules[0].reason.startswith("“cohesion report” stands in the new text: it is set aside by “not the”")
    assert told.asked is not None
    assert (told.asked.value, told.asked.reason) == ("equality", "no rule of it matched")


def products(explainer: Explainer, mailbox: str = "") -> set[str]:
    told = explainer.explain(MAIL, mailbox=mailbox)
    assert told.verdict is not None, told.error
    return {tag.value for tag in told.verdict.tags if tag.dimension == "product"}


def test_mailbox_with_rules_of_its_own_is_asked_by_them_as_they_stand_today(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "products.toml").write_text(RULE % "formal volunteering")
    add_needed_tags(tmp_path / "own")
    box = '[mailboxes.two]\nhost = "imap.example.org"\nuser = "two"\nrules = "own"\n'
    (tmp_path / "config.toml").write_text(f"[reading]\nworkers = 1\n{box}")
    settings = load_settings(tmp_path / "config.toml", {"STATSHOP_MAILBOXES__TWO__PASSWORD": "x"})
    (account, _) = mailbox_rules(settings, tmp_path)[0]
    with Explainer(settings, tmp_path) as explainer:
        assert products(explainer) == {"volunteering"}
        assert products(explainer, account) == {"garden"}
        (tmp_path / "own" / "products.toml").write_text(RULE % "rose beds")
        assert products(explainer, account) == set()
        (tmp_path / "own" / "products.toml").write_text("a mistake")
        assert products(explainer, account) == set()  # the rules that worked last
