"""What lies beside the editions of an issue: which frozen issue they are, and which message each public quote is of."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARK = ".issue.json"


def write_mark(folder: Path, sha256: str, quotes: Mapping[str, int]) -> None:
    """Mark a folder as an issue's: the SHA-256 of what is frozen, and by row the number of the message quoted."""
    (folder / MARK).write_text(json.dumps({"sha256": sha256, "quotes": dict(quotes)}), encoding="utf-8")


def sha_marked(folder: Path) -> str:
    """Give the SHA-256 of the frozen issue; "" where there is no mark to be read."""
    return str(_held(folder).get("sha256", ""))


def quotes_marked(folder: Path) -> dict[str, int] | None:
    """Give the message of each public quote by its row; None where that was not written down."""
    held = _held(folder).get("quotes")
    return {str(row): int(number) for row, number in held.items()} if isinstance(held, dict) else None


def _held(folder: Path) -> dict[str, Any]:
    try:
        held = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
