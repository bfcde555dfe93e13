"""Where in a TOML file a thing stands, so that an error can name its line."""

import re
from dataclasses import dataclass

_HEADER = re.compile(r"^\s*\[\[\s*([\w.-]+)\s*\]\]")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one `[[name]]` table; `first` counts from 1."""

    name: str
    first: int
    lines: tuple[str, ...]

    def line_of(self, key: str, value: str = "") -> int:
        """Give the line of a key, or of a value (a string as written) below it; the block's own line if not found."""
        begun = False
        for place, line in enumerate(self.lines):
            match = _KEY.match(line)
            if match:
                begun = match.group(1) == key
            if begun and (not value or value in line):
                return self.first + place
        return self.first


def blocks(text: str) -> dict[str, list[Block]]:
    """Give the `[[...]]` blocks of a file by name, in order: the nth is the nth entry of the parsed list."""
    found: dict[str, list[Block]] = {}
    name, first, held = "", 1, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            if name:
                found.setdefault(name, []).append(Block(name, first, tuple(held)))
            name, first, held = header.group(1), number, []
        held.append(line)
    if name:
        found.setdefault(name, []).append(Block(name, first, tuple(held)))
    return found
