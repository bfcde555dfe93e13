"""The odd messages that lie beside the checkout, imported: what becomes of them, how long it takes, how much memory."""

import os
import resource
import tarfile
import tempfile
from pathlib import Path

from benchmarks.ingest import _run
from benchmarks.timing import STATSHOP, seconds_of

HOUSE = Path(__file__).parents[1]
ARCHIVE = HOUSE.parent / "shared/corpora/hostile.tar.xz"


def main() -> None:
    """Import them and print what became of them."""
    if not ARCHIVE.is_file():
        print("left out: it needs the odd messages beside the checkout")
        return
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name:
        folder = Path(name)
        with tarfile.open(ARCHIVE) as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # not before Python 3.11.4
            archive.extractall(folder / "mail")
        (folder / "config.toml").touch()
        environment = {**os.environ, "PYTHONPATH": str(HOUSE), "HOME": name}
        seconds = seconds_of(lambda: _run([*STATSHOP, "import", "mail/hostile"], folder, environment))
        print(f"imported in {seconds:.1f} s")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"largest process: {memory:.0f} MB")
        _run([*STATSHOP, "status"], folder, environment)
