"""How long the demo takes once installed, from nothing."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import command_seconds, spread

HOUSE = Path(__file__).parents[1]


def main() -> None:
    """Print how long `./run demo` takes on an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
        command = [sys.executable, "-m", "demo", "--fresh"]
        print(spread("./run demo --fresh", command_seconds(command, 3, cwd=folder, env=environment)))
