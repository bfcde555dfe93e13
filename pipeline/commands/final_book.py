"""Final issues for the page: which months are due, who issued what, and the issue itself, as the command makes it."""

from pathlib import Path

from classifiers.errors import ClassifierError
from digests.digest import Status
from digests.errors import DigestError, IssueStands
from digests.issues.frozen import who_issued
from digests.period import day_name, london_date, month_bounds, month_name, shifted
from pipeline.commands.digest_times import finals_waiting, with_digests
from pipeline.commands.digesting import make_month
from pipeline.commands.opening import clock
from pipeline.config import Settings
from pipeline.errors import StatshopError
from review.callables import FinalDue, NotIssued
from storage.engine import Store
from storage.errors import AlreadyRunning
from storage.records import Issue
from storage.reports import issue_statuses

_BUSY = "Another digest is being made just now. Wait a minute, then look at the month again."
_OVERTAKEN = "{month} was issued again since you opened the page. Look at what has changed since, and send it again."
_NEVER = "{month} has no issue yet. Make its first one by the command: statshop digest {wanted} --issue{own}"
_TOO_EARLY = "An issue of {month} made now would be provisional. It can be made final from {day}."


class FinalBook:
    """What becomes of months whose issues are provisional (`review.callables.Finals`)."""

    def __init__(self, store: Store, settings: Settings, house: Path) -> None:
        self._store, self._settings, self._house = store, settings, house

    def due(self) -> tuple[FinalDue, ...]:
        """Give the months that could be issued as final ones now."""
        return finals_waiting(self._store, self._settings, clock())

    def who_issued(self, issue: Issue) -> str:
        """Name the person that asked for an issue."""
        return who_issued(issue)

    def issue(self, due: FinalDue, number: int, who: str) -> bool:
        """Issue a month as final after its issue of that number; False where it is final already."""
        if self._status(due) == Status.FINAL:
            return False
        if due not in self.due():
            raise NotIssued(self._why_not(due))
        try:
            self._make(due, number, who)
        except IssueStands as error:
            if self._status(due) == Status.FINAL:
                return False
            raise NotIssued(_OVERTAKEN.format(month=month_name(due.month))) from error
        except AlreadyRunning as error:
            raise NotIssued(_BUSY) from error
        except (DigestError, StatshopError, ClassifierError, OSError) as error:
            if self._status(due) == Status.FINAL:
                return True  # it is frozen, and its files come into their place with the next digest
            raise NotIssued(f"{str(error).rstrip('.')}. Nothing was changed.") from error
        return True

    def _make(self, due: FinalDue, number: int, who: str) -> None:
        make_month(
            self._store,
            self._settings,
            self._house,
            due.month,
            now=clock(),
            issue=True,
            again=True,
            replacing=number,
            mailbox=due.mailbox or None,
            who=who,
        )

    def _status(self, due: FinalDue) -> str | None:
        """Give the status of the month's newest issue; None where there is none."""
        account = next((account for account, name in with_digests(self._settings) if name == due.mailbox), due.mailbox)
        return issue_statuses(self._store, account).get(due.month)

    def _why_not(self, due: FinalDue) -> str:
        month, own = month_name(due.month), f" --mailbox {due.mailbox}" if due.mailbox else ""
        if self._status(due) is None:
            return _NEVER.format(month=month, wanted=due.month, own=own)
        settled = month_bounds(shifted(due.month, self._settings.digests.final_after_months)).end
        return _TOO_EARLY.format(month=month, day=day_name(london_date(settled)))
