"""`./run` sets itself up: once, anew where that was broken off, and in a folder with blanks in its name."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PYTHON = """\
#!/bin/sh
echo "$*" >> called
case "$*" in
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && touch .venv/pip ;;
  "-m pip --version") test -f .venv/pip ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout with a Python that only notes what it is asked for."""
    folder = tmp_path / "our house"
    folder.mkdir()
    for name in ("run", "pyproject.toml", "requirements.lock"):
        shutil.copy(HOUSE / name, folder / name)
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    return folder


def asked_for(checkout: Path) -> list[str]:
    """Run the demo, and say what Python was asked for."""
    (checkout / "called").unlink(missing_ok=True)
    environment = {**os.environ, "PYTHON": str(checkout.parent / "python")}
    command = [str(checkout / "run"), "demo"]
    subprocess.run(command, env=environment, cwd=checkout.parent, check=True, capture_output=True)
    return (checkout / "called").read_text().splitlines()


def test_first_use_installs_and_the_second_does_not(checkout: Path) -> None:
    assert any("install" in call for call in asked_for(checkout))
    assert asked_for(checkout) == ["-m demo"]


def test_an_environment_whose_making_was_broken_off_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    shutil.copy(checkout.parent / "python", checkout / ".venv/bin/python")
    assert "-m venv .venv" in asked_for(checkout)


def test_an_installation_that_was_broken_off_goes_on(checkout: Path) -> None:
    asked_for(checkout)
    (checkout / ".venv/.installed").unlink()
    calls = asked_for(checkout)
    assert "-m venv .venv" not in calls
    assert any("--require-hashes" in call for call in calls)


def test_a_checkout_that_was_moved_gets_an_environment_of_its_new_place(checkout: Path) -> None:
    asked_for(checkout)
    moved = checkout.rename(checkout.parent / "new house")
    assert "-m venv .venv" in asked_for(moved)
    assert asked_for(moved) == ["-m demo"]
