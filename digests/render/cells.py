"""How a cell is written where there are only characters."""

from datetime import UTC, date, datetime

from digests.period import day_name
from digests.tables import Cell, Kind
from storage.order import LONDON


def london(at: datetime) -> datetime:
    """Show an instant in London time; the first and last years that computers know stay UTC."""
    try:
        return at.astimezone(LONDON)
    except OverflowError:
        return at.astimezone(UTC)


def iso(cell: Cell) -> str:
    """Write a cell for machines: dates as 2011-03-31, instants with their offset, numbers plain."""
    if isinstance(cell, datetime):
        return london(cell).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def spoken(cell: Cell, kind: Kind) -> str:
    """Write a cell for people: "1,234", "41.2", "0.84", "31 March 2011", "31 March 2011 at 23:30"."""
    if isinstance(cell, datetime):
        local = london(cell)
        return f"{day_name(local.date())} at {local:%H:%M}"
    if isinstance(cell, date):
        return day_name(cell)
    if isinstance(cell, float):
        return f"{cell:,.2f}" if kind is Kind.RATIO else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) and kind is Kind.COUNT else str(cell)
