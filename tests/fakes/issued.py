"""Issues for tests of what is done with them: one of March 2011 as the database knows it, and issues made for good."""

from datetime import datetime
from pathlib import Path
from typing import Any

from classifiers.catalogue import Catalogue
from digests.digest import Digest
from digests.make import publish
from digests.options import DigestOptions
from storage.engine import Store
from storage.reports import save_issue


def issue_of_march(store: Store, at: datetime, account: str | None = None) -> int:
    """Note an issue (over all mailboxes, or one) that was made at some moment, and give its number in the database."""
    issue = save_issue(
        store,
        month="2011-03",
        account=account,
        number=1,
        status="provisional",
        issued_at=at,
        rules_version="r1",
        figures="{}",
        sha256="0" * 64,
        message_ids=(),
    )
    return issue.id


def issued(
    store: Store, catalogue: Catalogue, month: str, options: DigestOptions, *, folder: Path, now: datetime, **more: Any
) -> Digest:
    """Issue a month, with files for machines alone, and give its digest; `more` as `publish` takes it."""
    return publish(store, catalogue, month, options, folder=folder, now=now, formats=("json",), **more).digest
