"""The options that all commands take, wherever on the line they stand."""

import pytest

from pipeline.commands.main import run
from pipeline.errors import ConfigMissing


@pytest.mark.parametrize(
    "words",
    [
        "--config none.toml user list",
        "user --config none.toml list",
        "user list --config none.toml",
        "user add ann --make-password --config=none.toml",
        "set-aside --config none.toml list",
        "person find someone@example.org --config none.toml",
        "--config other.toml jobs --config none.toml",
    ],
)
def test_settings_file_may_be_named_anywhere(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words.split()) == 1
    assert "There is no settings file none.toml." in capsys.readouterr().err


def test_option_before_the_command_holds_for_its_subcommands() -> None:
    with pytest.raises(ConfigMissing, match="none"):
        run(["--debug", "user", "list", "--config", "none.toml"])
