"""What all tests share: the package `fakes` beside this file is importable (tests have no `__init__.py`)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
