"""What is done on the server with messages once they are stored: each once, so that what people undo stays undone."""

from pipeline.mail.mailbox import AfterStore, FolderStatus, Mailbox, MailboxSettings
from storage.engine import Store
from storage.marking import MarkedUpto, come_back, keep_marked, marked_upto
from storage.messages import held_slots


def mark_stored(store: Store, mailbox: Mailbox, settings: MailboxSettings, status: FolderStatus, last_uid: int) -> str:
    """Mark or move what is stored of a folder up to `last_uid`, as the settings ask; give why it failed, or "".

    The server tells what lacks the mark, so nothing is forgotten where a process died before it was set (F17); of
    that, what was marked before is left alone, as people took the mark away or put the message back. What is not
    held here waits. Where message numbers do not last, nothing can be remembered of them.
    """
    if settings.after_store is AfterStore.NOTHING:
        return ""
    account, folder = settings.account, status.folder
    before = _begun(marked_upto(store, account, folder), settings, status)
    waiting = {uid for uid in mailbox.unmarked(status, last_uid) if uid > before.last_uid or uid in before.left}
    if settings.after_store is AfterStore.MOVE:  # what is put back has another UID
        waiting -= come_back(store, account, folder, before, {uid for uid in waiting if uid > before.last_uid})
    stored = held_slots(store, account, folder, status.uidvalidity, waiting)
    marked = mailbox.mark(status, sorted(stored))
    if not marked.problem and status.uidvalidity:
        left = frozenset(waiting - stored)
        now = MarkedUpto(how=before.how, uidvalidity=before.uidvalidity, last_uid=last_uid, left=left)
        if now != before:
            keep_marked(store, account, folder, now)
    return marked.problem


def _begun(known: MarkedUpto | None, settings: MailboxSettings, status: FolderStatus) -> MarkedUpto:
    """Give what was marked before in the same way, of the same folder; else nothing was."""
    how = f"{settings.after_store} {settings.mark_flag}"
    if known is not None and (known.how, known.uidvalidity) == (how, status.uidvalidity):
        return known
    return MarkedUpto(how=how, uidvalidity=status.uidvalidity)
