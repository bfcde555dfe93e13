"""The watch over a siege: what stands still is named, and its pollers are ended."""

import os
import subprocess
import sys
from pathlib import Path

from torture.watch import Watch, processes_of


def test_what_stands_still_is_named_and_its_pollers_are_ended(tmp_path: Path) -> None:
    told: list[str] = []
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(sleeper, env={**os.environ, "TORTURE": str(tmp_path)}) as process:
        watch = Watch(tmp_path, patience=0.2, tell=told.append)
        watch.moved("the pollers")
        watch.start()
        assert process.wait(20) != 0
        watch.stop()
    assert watch.still[0] == "the pollers stood still for 0.2 seconds"
    assert any(f"process {process.pid} " in line for line in told)
    assert processes_of(tmp_path) == []
