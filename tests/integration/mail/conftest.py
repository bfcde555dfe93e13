"""Other people's messages, unpacked once from beside the checkout; nothing in them is run."""

import tarfile
from pathlib import Path

import pytest

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"


def _unpacked(name: str, into: Path) -> Path:
    packed = CORPORA / name
    if not packed.is_file():
        pytest.skip(f"{name} does not lie beside the checkout")
    with tarfile.open(packed) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # not before Python 3.11.4
        archive.extractall(into)
    return into


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the odd messages, with `expected` answers and `other` kinds of mail beside them."""
    return _unpacked("hostile.tar.xz", tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the ordinary messages."""
    return _unpacked("ordinary-5000.tar.xz", tmp_path_factory.mktemp("ordinary"))
