"""Final issues for tests of the page: months that are due, and what was asked for."""

from review.callables import FinalDue, NotIssued
from storage.records import Issue


class Finals:
    """Knows the months that are due, and notes what it was asked for; `refusing` is why it issues nothing."""

    def __init__(self, *due: FinalDue, refusing: str = "") -> None:
        self.months, self.refusing = due, refusing
        self.asked: list[tuple[FinalDue, int, str]] = []

    def due(self) -> tuple[FinalDue, ...]:
        return self.months

    def issue(self, due: FinalDue, number: int, who: str) -> bool:
        if self.refusing:
            raise NotIssued(self.refusing)
        self.asked.append((due, number, who))
        return len(self.asked) == 1

    def who_issued(self, issue: Issue) -> str:
        return f"Pat of issue {issue.number}"
