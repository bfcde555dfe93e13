"""Where in a TOML file a thing stands, so that an error can name its line."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_HEADER = re.compile(r"^\s*\[\[\s*([\w.-]+)\s*\]\]")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_TABLE = re.compile(r"^\s*\[(?P<row>\[)?\s*(?P<name>[^\[\]=,]+?)\s*\]")
_NAMED = re.compile(r"""^\s*(?P<key>(?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|[\w-]+))*)\s*=""")
_STEP = re.compile(r"""["']([^"']*)["']|([\w-]+)""")


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


def line_at(text: str, path: Sequence[str | int]) -> int:
    """Give the line of the value that keys lead to, or of the nearest table above it; 0 if none is found.

    `path` is as in the parsed file: ("header", 2, "values") is a key of the third `[[header]]`.
    """
    wanted, found, deepest = tuple(path), 0, 0
    section: tuple[str | int, ...] = ()
    rows: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            section = _steps(header["name"])
            if header["row"]:
                section = (*section, rows[header["name"]])
                rows[header["name"]] += 1
            at = section
        elif key := _NAMED.match(line):
            at = (*section, *_steps(key["key"]))
        else:
            continue
        if len(at) > deepest and wanted[: len(at)] == at:
            found, deepest = number, len(at)
    return found


def _steps(name: str) -> tuple[str, ...]:
    return tuple(quoted or plain for quoted, plain in _STEP.findall(name))
