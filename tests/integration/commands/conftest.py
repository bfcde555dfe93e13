"""Commands called in this process: a folder with settings, and `statshop` as a function."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.commands.main import run


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with an empty settings file, and work in it."""
    (tmp_path / "config.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def logs_kept() -> Iterator[None]:
    """Undo what a command sets up of the logs."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Undo what the commands of a test set up of the logs."""
    with logs_kept():
        yield


@pytest.fixture
def statshop(house: Path, capsys: pytest.CaptureFixture[str], logs_as_before: None) -> Callable[..., tuple[int, str]]:
    """Run a command; gives its exit status and what it said."""

    def ran(*words: str) -> tuple[int, str]:
        status = run(words)
        said = capsys.readouterr()
        return status, said.out + said.err

    return ran
