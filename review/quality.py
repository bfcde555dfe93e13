"""What the samples show, in words for the month's page; pure."""

from dataclasses import dataclass

from storage.agreement import Agreement, Share
from storage.samples import RandomCheck


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckView:
    """A period's random check, and its estimate in words."""

    check: RandomCheck
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityView:
    """The random check of a month and of a year, and how far two readers agree."""

    month: CheckView
    year: CheckView
    agreement: tuple[Agreement, ...]

    @property
    def read(self) -> int:
        """Count the messages that were read twice."""
        return max((one.messages for one in self.agreement), default=0)


def quality_view(month: RandomCheck, year: RandomCheck, agreement: tuple[Agreement, ...]) -> QualityView:
    """Lay out what the samples show."""
    return QualityView(
        month=CheckView(check=month, words=share_words(month.right)),
        year=CheckView(check=year, words=share_words(year.right)),
        agreement=agreement,
    )


def share_words(share: Share) -> str:
    """Write an estimate: "94.1% (73.0% to 99.0%)"."""
    if share.share is None or share.low is None or share.high is None:
        return "none checked yet"
    return f"{share.share:.1%} ({share.low:.1%} to {share.high:.1%})"
