"""What the files are called: lower case, dashes, and "internal" in the name of what must not leave the building."""

from digests.digest import Digest, Edition
from digests.tables import Table
from digests.words import file_name

METADATA = "csv-metadata.json"  # the data dictionary of the tables


def digest_file(digest: Digest, ending: str) -> str:
    """Name the file that holds the whole digest."""
    return f"{file_name('users and uses', digest.cover.month, _edition(digest))}.{ending}"


def table_file(digest: Digest, table: Table) -> str:
    """Name the file that holds one table."""
    return f"{file_name(table.id, digest.cover.month, _edition(digest))}.csv"


def _edition(digest: Digest) -> str:
    return "internal" if digest.edition is Edition.INTERNAL else ""
