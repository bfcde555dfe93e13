"""The messages of months as issues over a mailbox hold them."""

import json

from digests.counting.month_ids import MonthIds, month_ids
from digests.issues.earlier import NO_MONTHS, CountedMonths, Source, months_from
from digests.issues.frozen import issued_from
from storage import reports
from storage.engine import Store
from storage.records import Issue


class HeldMonths:
    """Finds the messages of months in the issues over a mailbox; each issue is read once."""

    def __init__(self, store: Store, account: str | None) -> None:
        """Look at the issues over a mailbox's account, or (None) over all."""
        self._store, self._account = store, account
        self._kept: dict[Source, CountedMonths] = {}
        self._own: dict[Source, MonthIds | None] = {}

    def ids_of(self, source: Source, month: str) -> MonthIds | None:
        """Give the messages of a month; None where the issue is not there, or is an old one that does not hold them."""
        if source.month != month:
            return self._kept_in(source).ids_of(month)
        if source not in self._own:
            self._own[source] = self._own_of(source)
        return self._own[source]

    def _own_of(self, source: Source) -> MonthIds | None:
        issue = self._issue(source)
        if issue is None:
            return None
        issued = issued_from(issue)
        return month_ids(source.month, issued.coded, count_pending=issued.counts_pending)

    def _kept_in(self, source: Source) -> CountedMonths:
        if source not in self._kept:
            issue = self._issue(source)
            self._kept[source] = months_from(json.loads(issue.figures)) if issue else NO_MONTHS
        return self._kept[source]

    def _issue(self, source: Source) -> Issue | None:
        issues = reports.issues(self._store, source.month, self._account)
        return next((one for one in issues if one.number == source.number), None)
