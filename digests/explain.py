"""Which messages stand behind a number: pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from digests.errors import NumberNotFound
from digests.tables import Kind, Table

_TIMES = re.compile(r"\s*[×*]\s*|\s+[xX]\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One number of a digest with the messages that it counts."""

    table: str
    row: str
    column: str
    number: str
    message_ids: tuple[int, ...]


def explain_in(whole: Sequence[Table], words: str) -> tuple[Explained, ...]:
    """Find the numbers under "cohesion × academia", whichever is the row, by ids or titles; a true zero too.

    One word stands for all its messages, "table: row × column" narrows it to a table. Raises NumberNotFound when no
    table has both.
    """
    name, _, rest = words.rpartition(":") if _names_a_table(whole, words) else ("", "", words)
    sides = [side.strip().casefold() for side in _TIMES.split(rest.strip())]
    one, other = sides[0], sides[1] if len(sides) > 1 else "messages"
    tables = [table for table in whole if table.behind and name.strip() in ("", table.id)]
    found = tuple(number for table in tables for number in _numbers(table, one, other))
    if not found:
        raise NumberNotFound(asked=words, known=_nearest(tables, [one, other]))
    return found


def _names_a_table(whole: Sequence[Table], words: str) -> bool:
    return words.partition(":")[0].strip() in {table.id for table in whole}


def _numbers(table: Table, one: str, other: str) -> Iterator[Explained]:
    for line, row_id in enumerate(table.row_ids):
        row_names = _row_names(table, line)
        for place, column in enumerate(table.columns):
            column_names = {column.id.casefold(), column.title.casefold()}
            is_known = isinstance(table.rows[line][place], int)
            if column.kind is Kind.COUNT and is_known and _match(row_names, column_names, one, other):
                yield Explained(
                    table=table.title,
                    row=str(table.rows[line][0]) if "/" not in row_id else row_id,
                    column=column.title,
                    number=str(table.rows[line][place]),
                    message_ids=table.behind[line][place],
                )


def _match(row: set[str], column: set[str], one: str, other: str) -> bool:
    """Match row and column either way round; or both sides against one row: "local-government × integration"."""
    if (one in row and other in column) or (other in row and one in column):
        return True
    return one in row and other in row and one != other and "messages" in column


def _row_names(table: Table, line: int) -> set[str]:
    titles = {str(cell).casefold() for cell in table.rows[line] if isinstance(cell, str)}
    return titles | {part.casefold() for part in (table.row_ids[line], *table.row_ids[line].split("/"))}


def _nearest(tables: list[Table], words: list[str]) -> tuple[str, ...]:
    names = {name for table in tables for line in range(len(table.row_ids)) for name in _row_names(table, line)}
    return tuple(dict.fromkeys(match for word in words for match in get_close_matches(word, sorted(names), n=2)))
