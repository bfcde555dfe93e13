"""What somebody must be told of: what was seen gives what is wrong; that, and what stands, give the news. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pipeline.flow.quiet import Quiet, quiet
from pipeline.flow.trouble import AlertRules, Kind, News, Seen, SeenMailbox, Severity, Trouble
from storage.order import LONDON
from storage.outdated import Outdated
from storage.records import Run, RunOutcome

LONGEST_WITHOUT_WORKER = timedelta(minutes=10)
LONGEST_LEFT_WAITING = timedelta(minutes=30)  # of a kind of job that no worker takes, though some live
LONGEST_WITHOUT_COUNT = timedelta(days=3)
LONGEST_WITHOUT_BACKUP = timedelta(days=3)
WARNED_POLLS = 3  # good polls in a row
FINAL_WAITS = timedelta(days=14)  # that a month could be issued as final before somebody is told
MONTHS_NAMED = 12
MOST_PROCESSES = 8  # named in an alert
_REFUSED = "SignInRefused"
_BEHIND_THE_SIGN_IN = ("FoldersFailed", "FolderMissing", "FolderRebuilt", "MailboxChanged", "NotMarked", "WriteRefused")
LONGEST_PAUSE = timedelta(hours=6)  # between two sign-ins of a mailbox that refuses us


def troubles(seen: Seen, rules: AlertRules, now: datetime) -> tuple[Trouble, ...]:
    """Say what is wrong now."""
    return tuple(_troubles(seen, rules, now))


def news(found: Sequence[Trouble], standing: Sequence[tuple[str, str]]) -> News:
    """Compare what is wrong with what was wrong at the last look."""
    keys = {trouble.key for trouble in found}
    return News(
        begin=tuple(trouble for trouble in found if trouble.key not in standing),
        end=tuple(key for key in standing if key not in keys),
    )


def worst(found: Sequence[Trouble]) -> Severity:
    """Give the severity of the worst."""
    return max((trouble.severity for trouble in found), default=Severity.OK)


def may_sign_in_again(runs: Sequence[Run], now: datetime) -> bool:
    """Say whether the schedule may try a mailbox that refused us: after an hour, two, four, then every six (F30).

    `runs` are the mailbox's polls, newest first. Repeated wrong passwords would lock the account.
    """
    refusals = _refusals(runs)
    if not refusals:
        return True
    pause: timedelta = min(timedelta(hours=2 ** (refusals - 1)), LONGEST_PAUSE)
    return now >= next(run.started_at for run in runs if run.fault == _REFUSED) + pause


def _troubles(seen: Seen, rules: AlertRules, now: datetime) -> Iterator[Trouble]:
    if seen.schema:
        yield Trouble(kind=Kind.SCHEMA, about="database", words=seen.schema)
    if seen.erasure_key:
        yield Trouble(kind=Kind.ERASURE_KEY, about="database", words=seen.erasure_key)
    for mailbox in seen.mailboxes:
        yield from _of_mailbox(mailbox, rules, now)
    if seen.last_backup is not None and now - seen.last_backup > LONGEST_WITHOUT_BACKUP:
        words = f"The last backup was made {moment(seen.last_backup)}. None is made while `statshop "
        yield Trouble(kind=Kind.BACKUP, about="database", words=words + "verify` finds damaged mail; see what it says.")
    if seen.set_aside_today >= rules.set_aside_a_day:
        were = "was" if seen.set_aside_today == 1 else "were"
        words = f"{_messages(seen.set_aside_today)} {were} set aside in the last 24 hours and could not be read."
        yield Trouble(kind=Kind.SET_ASIDE, about="messages", words=words)
    for folder, free in seen.disks.items():
        if free < rules.disk_free_bytes:
            words = f"{free / 1e6:.0f} MB are free where {folder} lies. When it is full, no mail can be stored."
            yield Trouble(kind=Kind.DISK, about=folder, words=words)
    for month in seen.digests_missing:
        yield Trouble(kind=Kind.DIGEST, about=month, words=f"The digest of {month} is due and was not issued.")
    if seen.digests_not_final:
        yield Trouble(kind=Kind.FINAL, about="provisional digests", words=_not_final(seen.digests_not_final))
    yield from _of_jobs(seen, now)
    yield from _of_rules(seen)
    if seen.outdated:
        yield Trouble(kind=Kind.SETTINGS, about="running processes", words=_outdated(seen.outdated))


def months_named(months: Sequence[str]) -> str:
    """Name the last months, and say how many there are before them."""
    more = f" and {len(months) - MONTHS_NAMED} earlier" if len(months) > MONTHS_NAMED else ""
    return ", ".join(months[-MONTHS_NAMED:]) + more


def _not_final(months: Sequence[str]) -> str:
    return (
        f"The last issue is provisional, and one made now would be final: {months_named(months)}. "
        "Only a person issues it: `statshop digest MONTH --issue --again`, with `--mailbox NAME` where one is named."
    )


def _outdated(processes: Sequence[Outdated]) -> str:
    """Name the processes that go on with settings of before, each that began at another moment, and what changed."""
    each = dict.fromkeys(f"{one.what} on {one.machine}, started {moment(one.began_at)}" for one in processes)
    named = "; ".join(list(each)[:MOST_PROCESSES]) + ("; and more" if len(each) > MOST_PROCESSES else "")
    return f"These go on with settings of before until they are restarted: {named}. {processes[-1].words}."


def _of_jobs(seen: Seen, now: datetime) -> Iterator[Trouble]:
    if seen.waiting_since is not None and now - seen.waiting_since > LONGEST_WITHOUT_WORKER:
        words = f"Jobs wait since {moment(seen.waiting_since)} and no worker gives a sign of life. Start `statshop "
        yield Trouble(kind=Kind.WORKERS, about="jobs", words=words + "worker` on any machine with these settings.")
    for kind, since in seen.left_waiting.items():
        if now - since > LONGEST_LEFT_WAITING:
            words = f"Jobs of the kind {kind} wait since {moment(since)} and no worker takes them, though some live. "
            words += "They leave this kind to others, are too old for it, or hang: see `statshop jobs`."
            yield Trouble(kind=Kind.WORKERS, about=f"{kind} jobs", words=words)


def _of_rules(seen: Seen) -> Iterator[Trouble]:
    if seen.rules_never_read:
        words = "Mail that these rules are for is not read, and waits on its server, until they are mended. "
        yield Trouble(kind=Kind.RULES, about="rules never read", words=words + "; ".join(seen.rules_never_read[:5]))
    if seen.rule_mistakes:
        words = "Mail goes on being tagged by the last rules that worked. " + "; ".join(seen.rule_mistakes[:5])
        yield Trouble(kind=Kind.RULES, about="rules", words=words)


def _of_mailbox(mailbox: SeenMailbox, rules: AlertRules, now: datetime) -> Iterator[Trouble]:
    if mailbox.name_error:
        yield Trouble(kind=Kind.NAME, about=mailbox.name, words=mailbox.name_error)
        return
    refused = _refusals(mailbox.runs)
    if refused:
        error = next(run.error for run in mailbox.runs if run.fault == _REFUSED)
        words = error + " The schedule tries again after an hour, then ever more rarely."
        yield Trouble(kind=Kind.SIGN_IN, about=mailbox.name, words=words)
    late = None if refused else _no_good_run(mailbox, rules, now)
    if late:
        yield Trouble(kind=Kind.NO_GOOD_RUN, about=mailbox.name, words=late)
    if warned := _warned(mailbox.runs):
        yield Trouble(kind=Kind.WARNED, about=mailbox.name, words=warned)
    last_good = mailbox.last_good.started_at if mailbox.last_good else now
    if found := quiet(mailbox.arrivals, rules.quiet_chance, last_good):
        yield Trouble(kind=Kind.QUIET, about=mailbox.name, words=_quiet(found))
    yield from _of_ledger(mailbox, now)


def _of_ledger(mailbox: SeenMailbox, now: datetime) -> Iterator[Trouble]:
    for folder in mailbox.folders:
        if folder.missing:
            words = f"The count of {moment(folder.counted_at)} found {_messages(folder.missing)} on the server "
            words += f"that the polls passed and that could not be fetched: UID {folder.uids}."
            yield Trouble(kind=Kind.LEDGER, about=f"{mailbox.name} {folder.folder}", words=words)
    since = mailbox.last_count or mailbox.first_run_at or mailbox.known_since
    if since is not None and now - since > LONGEST_WITHOUT_COUNT:
        last = f"The last good count began {moment(since)}." if mailbox.last_count else "No count has gone well yet."
        words = f"{last} Every folder should be counted and compared with what is held every night."
        yield Trouble(kind=Kind.NOT_COUNTED, about=mailbox.name, words=words)


def _refusals(runs: Sequence[Run]) -> int:
    """Count the refused sign-ins since the mailbox last let us in.

    A run that did not get as far as the sign-in says nothing of it: one that found no server, was stopped, or is not at
    its end.
    """
    count = 0
    for run in runs:
        if run.fault == _REFUSED:
            count += 1
        elif run.outcome is RunOutcome.DONE or run.fault in _BEHIND_THE_SIGN_IN or run.counts.bytes_fetched:
            break
    return count


def _warned(runs: Sequence[Run]) -> str:
    """Give the latest warning where each of the last good polls left one; one alone may pass by itself."""
    good = [run.error for run in runs if run.outcome is RunOutcome.DONE][:WARNED_POLLS]
    return good[0] if len(good) == WARNED_POLLS and all(good) else ""


def _no_good_run(mailbox: SeenMailbox, rules: AlertRules, now: datetime) -> str:
    since = mailbox.last_good.started_at if mailbox.last_good else mailbox.first_run_at or mailbox.known_since
    if since is None or now - since <= mailbox.interval * rules.missed_intervals:
        return ""
    last = f"The last good poll began {moment(since)}." if mailbox.last_good else "No poll has gone well yet."
    bad = (RunOutcome.FAILED, RunOutcome.LOST)  # any other leaves warnings where these leave what went wrong
    error = next((run.error for run in mailbox.runs if run.outcome in bad and run.error), "")
    every = f"It is due every {mailbox.interval / timedelta(minutes=1):.0f} minutes."
    return " ".join(part for part in (last, every, error or mailbox.job_error) if part)


def _quiet(found: Quiet) -> str:
    days = "working day" if found.days == 1 else f"{found.days} working days"
    many = f"{_messages(found.came)} came since {found.since:%A %-d %B}, the last {days}"
    return f"{many[0].upper()}{many[1:]}; these weekdays usually bring about {found.expected:.0f}."


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count or 'no'} messages"


def moment(at: datetime) -> str:
    """Write a moment as London's clocks showed it."""
    return at.astimezone(LONDON).strftime("%-d %B %Y at %H:%M")
