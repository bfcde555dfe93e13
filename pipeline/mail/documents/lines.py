"""Lines of a document, gathered up to a limit: tables keep one row a line, its cells parted by tabs."""

from collections.abc import Iterable


class TooMuch(Exception):  # no error: the reader has enough
    """The limit of characters or rows is reached; what was gathered until then counts."""


class Locked(Exception):  # named for what the document is
    """The document is protected by a password."""


class Gathered:
    """Text lines with a limit on characters and on lines; `cut` says whether it was reached."""

    def __init__(self, characters: int, lines: int) -> None:
        self._lines: list[str] = []
        self._left = characters
        self._most = lines
        self.cut = False

    def add(self, line: str) -> None:
        """Keep a line. Raises TooMuch once the limit is reached."""
        if self._left <= 0 or len(self._lines) >= self._most:
            self.cut = True
            raise TooMuch
        kept = line[: self._left]
        self.cut = len(kept) < len(line)
        self._left -= len(kept) + 1
        self._lines.append(kept)

    def add_row(self, cells: Iterable[str]) -> None:
        """Keep a row of cells as one line, without the empty cells at its end; an empty row is left out."""
        row = "\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t")
        if row.strip():
            self.add(row)

    def text(self) -> str:
        """Give what was gathered."""
        return "\n".join(self._lines).strip("\n")
