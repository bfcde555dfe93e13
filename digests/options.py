"""What a digest may be told: names, thresholds, limits."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestOptions:
    """Settings of one digest; every one has a sensible value."""

    account: str | None = None  # one mailbox, or all of them
    mailbox: str = ""  # the account's name in the settings, as commands take it; empty: all
    accounts: tuple[str, ...] = ()  # mailboxes that have editions of their own beside the one over all
    organisation: str = "Communities and citizens statistics team"
    mailbox_name: str = "StatShop mailbox"
    subject: str = "communities and citizens statistics"  # "Users and uses of ..."
    coverage_area: str = "England and Wales"
    contact: str = ""
    count_pending: bool = True  # messages that nobody has reviewed yet, by the tags that the rules propose
    small_count_below: int = 5  # counts under it do not leave the building
    statements_listed: int = 2000  # rows of a list in sheets and pages; CSV and JSON hold all
    trend_months: int = 13
    misdated_after_days: int = 1
    next_day: int = 2  # day of the month on which the next digest is due
    issue_time: str = "09:30"  # London
    final_after_months: int = 1  # an issue made later than that after the month's end is final
    pre_release: tuple[str, ...] = ()  # who saw the figures before the hour of issue
    message_link: str = ""  # "http://127.0.0.1:8471/messages/{id}": links of the internal page
    number_link: str = (
        ""  # the same for numbers: ".../digests/{month}/number?issue={issue}&mailbox={account}&table={table}..."
    )
    next_date: date | None = None  # overrides next_day
