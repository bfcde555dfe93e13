"""How fast commands answer: help, status."""

import tempfile
from pathlib import Path

from benchmarks.timing import STATSHOP, command_seconds, spread


def main() -> None:
    """Print how long `statshop --help` and `statshop status` take as whole processes."""
    print(spread("statshop --help", command_seconds([*STATSHOP, "--help"], 7)))
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.touch()
        command_seconds([*STATSHOP, "upgrade", "--config", str(config)], 1)
        print(spread("statshop status", command_seconds([*STATSHOP, "status", "--config", str(config)], 5)))
