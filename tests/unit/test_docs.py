"""Documentation is tested: every key, command and task stands in it, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from pipeline.commands.main import COMMANDS
from pipeline.config import Settings
from pipeline.settings_sources import keys_of

HOUSE = Path(__file__).parents[2]
PAGES = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/*.md")])


def test_every_settings_key_is_documented() -> None:
    text = (HOUSE / "docs/settings.md").read_text()
    words = set(re.findall(r"`\.?([\w.]+)`", text))
    secrets = {"password", "client_secret"}
    ends = {word.rsplit(".", 1)[-1] for word in words}
    assert [key.path for key in keys_of(Settings) if key.path[-1] not in ends | secrets] == []


def test_every_command_is_documented() -> None:
    text = (HOUSE / "docs/commands.md").read_text()
    assert [command.name for command in COMMANDS if f"`statshop {command.name}" not in text] == []


def test_every_command_has_its_module() -> None:
    folder = HOUSE / "pipeline/commands"
    assert [command.module for command in COMMANDS if not (folder / f"{command.module}.py").is_file()] == []


def test_every_task_of_the_checkout_is_documented() -> None:
    tasks = re.findall(r"^\./run (\w+)", (HOUSE / "run").read_text(), re.MULTILINE)
    text = (HOUSE / "docs/commands.md").read_text()
    assert tasks
    assert [task for task in tasks if f"./run {task}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    gone = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert gone == []
