"""The values that go into and come out of the store, a family a file. Datetimes are aware UTC throughout."""

from storage.records.leaving import CountedMessage, Coverage, Delivery, Issue, IssueName
from storage.records.mail import (
    AttachmentRecord,
    FolderState,
    HeldBytes,
    NewMessage,
    NewSetAside,
    Saved,
    SavedMessage,
    SetAside,
    Slot,
    WhoWrote,
    ZoneRecord,
)
from storage.records.people import REMOVED, Look, User
from storage.records.reviewing import BulkResult, QueueFilter, QueuePage, QueueRow, Receipt, StoredMessage
from storage.records.running import Run, RunCounts, RunOutcome, StatusCounts
from storage.records.tagging import Decision, HitRecord, ReviewState, StatementRecord, TagRecord, VerdictRecord

__all__ = [
    "REMOVED",
    "AttachmentRecord",
    "BulkResult",
    "CountedMessage",
    "Coverage",
    "Decision",
    "Delivery",
    "FolderState",
    "HeldBytes",
    "HitRecord",
    "Issue",
    "IssueName",
    "Look",
    "NewMessage",
    "NewSetAside",
    "QueueFilter",
    "QueuePage",
    "QueueRow",
    "Receipt",
    "ReviewState",
    "Run",
    "RunCounts",
    "RunOutcome",
    "Saved",
    "SavedMessage",
    "SetAside",
    "Slot",
    "StatementRecord",
    "StatusCounts",
    "StoredMessage",
    "TagRecord",
    "User",
    "VerdictRecord",
    "WhoWrote",
    "ZoneRecord",
]
