"""The tables as SQL sees them, private to this package; what they hold goes in and out as the values of records.py."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage.tables.leaving import (
    DeliveryRow,
    DraftedReplyRow,
    ErasureRow,
    ForgottenRow,
    IssueMessage,
    IssueRow,
    OptOutRow,
    TombstoneRow,
)
from storage.tables.mail import (
    FolderRow,
    MessageRaw,
    MessageRow,
    MessageText,
    SearchText,
    SetAsideRaw,
    SetAsideRow,
    SlotRow,
)
from storage.tables.people import ApiTokenRow, FailedSignIn, LookRow, ReviewerRow, SessionRow
from storage.tables.running import (
    AlertRow,
    FactRow,
    JobErrorRow,
    LedgerCountRow,
    RunLock,
    RunRow,
    UnreadRow,
    WorkPartRow,
    WorkRow,
)
from storage.tables.tagging import DecisionRow, RuleHit, SecondReadingRow, StatementRow, TagRow, VerdictRow

METADATA = SQLModel.metadata


def _table(model: type[SQLModel]) -> Table:
    return METADATA.tables[str(model.__tablename__)]


# The statements of this package are written with these.
folder = _table(FolderRow)
message = _table(MessageRow)
message_text = _table(MessageText)
message_raw = _table(MessageRaw)
search_text = _table(SearchText)
set_aside = _table(SetAsideRow)
set_aside_raw = _table(SetAsideRaw)
slot = _table(SlotRow)
verdict = _table(VerdictRow)
tag = _table(TagRow)
statement = _table(StatementRow)
rule_hit = _table(RuleHit)
decision = _table(DecisionRow)
second_reading = _table(SecondReadingRow)
run = _table(RunRow)
run_lock = _table(RunLock)
reviewer = _table(ReviewerRow)
reviewer_session = _table(SessionRow)
api_token = _table(ApiTokenRow)
failed_sign_in = _table(FailedSignIn)
fact = _table(FactRow)
look = _table(LookRow)
digest_issue = _table(IssueRow)
digest_issue_message = _table(IssueMessage)
unread = _table(UnreadRow)
ledger_count = _table(LedgerCountRow)
alert = _table(AlertRow)
erasure = _table(ErasureRow)
tombstone = _table(TombstoneRow)
forgotten = _table(ForgottenRow)
opt_out = _table(OptOutRow)
delivery = _table(DeliveryRow)
drafted_reply = _table(DraftedReplyRow)
job_error = _table(JobErrorRow)
work = _table(WorkRow)
work_part = _table(WorkPartRow)
