"""What a glance at the settings tells before they are read in full, with nothing imported for it that takes time."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

USUAL_DATABASE = "sqlite:///var/statshop.db"
_SQLITE = "sqlite:///"
_URL, _RULES, _MAILBOXES = "STATSHOP_STORAGE__URL", "STATSHOP_RULES__FOLDER", "STATSHOP_MAILBOXES__"


def will_read_first_mail(config: Path, environ: Mapping[str, str]) -> bool:
    """Say whether mailboxes are named, the packaged rules read them, and the SQLite file is still to be made.

    What no glance can tell (settings with mistakes, an address in a secret's file, another database) counts as no.
    """
    try:
        toml = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    tables = {name: table for name, table in toml.items() if isinstance(table, dict)}
    if _URL + "_FILE" in environ or _RULES in environ or "folder" in tables.get("rules", {}):
        return False
    has_mailboxes = bool(tables.get("mailboxes")) or any(name.startswith(_MAILBOXES) for name in environ)
    return has_mailboxes and _is_to_be_made(environ.get(_URL) or _named_in(tables), config.resolve().parent)


def address_beside(house: Path, url: str) -> str:
    """Give a database's address; a relative SQLite file lies in the house, the folder of the settings file."""
    if not url.startswith(_SQLITE) or url.startswith(_SQLITE + "/") or url == _SQLITE:
        return url
    return f"{_SQLITE}{house / url.removeprefix(_SQLITE)}"


def sqlite_file(url: str) -> Path | None:
    """Give the file that a database's address names; None for another database than SQLite."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def _named_in(tables: Mapping[str, Any]) -> object:
    return tables.get("storage", {}).get("url", USUAL_DATABASE)


def _is_to_be_made(url: object, house: Path) -> bool:
    file = sqlite_file(address_beside(house, url)) if isinstance(url, str) else None
    return file is not None and not file.exists()
