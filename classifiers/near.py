"""What was probably meant by a name that nobody knows."""

import difflib
from collections.abc import Iterable

ONE_OF = "one of "  # begins a remedy that lists names
_LISTED = 20  # names: more in one sentence helps nobody


def near(word: object, known: Iterable[object]) -> str:
    """Give the known name that is most like a word, or all that are known, for the remedy of a mistake."""
    names = sorted(str(name) for name in known)
    close = difflib.get_close_matches(str(word), names, 1)
    if close:
        return f"{close[0]!r}"
    return (ONE_OF + ", ".join(names[:_LISTED]) + (", ..." if len(names) > _LISTED else "")) if names else ""
