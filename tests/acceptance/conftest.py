"""Commands run as their user runs them: as processes, in a folder of their own, with an empty HOME."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.review_browser import ARGUMENTS, CHROMIUM

HOUSE = Path(__file__).parents[2]
Ran = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start Debian's Chromium once."""
    from playwright.sync_api import sync_playwright  # most of these tests do without it

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def run_in() -> Callable[..., Ran]:
    """Run `python -m` something in a folder; variables by name."""

    def ran(folder: Path, *words: str, seconds: float = 120, **variables: str) -> Ran:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
        environment = {**kept, "HOME": str(folder), "PYTHONPATH": str(HOUSE), "PYTHONWARNINGS": "default", **variables}
        command = [sys.executable, "-m", *words]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )

    return ran


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, run_in: Callable[..., Ran]) -> tuple[Path, Ran]:
    """Run the demo once; gives the folder it ran in, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, run_in(folder, "demo")
