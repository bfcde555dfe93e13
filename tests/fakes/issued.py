"""An issue of March 2011 as the database knows one, for tests of what is done with issues."""

from datetime import datetime

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
