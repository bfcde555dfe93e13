"""`statshop status`: what is wrong, the last runs, what waits, and what is due next; a plugin for monitoring."""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from classifiers.rulebook import rules_version
from pipeline.commands.alerting import look
from pipeline.commands.digest_times import finals_waiting
from pipeline.commands.jobs import DIGEST, POLL, RECONCILE, due_times
from pipeline.commands.opening import (
    accounts_left,
    clock,
    house_of,
    mailbox_rules,
    rules_folder,
    settings_of,
    storage_url,
)
from pipeline.commands.words import many
from pipeline.config import Settings
from pipeline.errors import StatshopError
from pipeline.flow.alerts import months_named, worst
from pipeline.flow.schedule import next_due
from pipeline.flow.trouble import Kind, Severity, Trouble
from pipeline.jobs.calls import LARGE
from storage.engine import Store, open_store
from storage.errors import StorageError
from storage.jobs import job_counts, living_workers
from storage.order import LONDON
from storage.records import Run, RunOutcome, StatusCounts
from storage.runs import last_runs, rules_of_newest, status_counts

ASKED_FOR_TOLD = timedelta(days=7)  # for how long it is told that a work which a person asked for failed
NEWEST = 1000  # messages of which is told how many were read by other rules
_OF_MAILBOXES = (POLL, RECONCILE, DIGEST)  # their runs name a mailbox, or none
_ASKED_FOR = (*LARGE, "learn")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="the same as JSON, times in UTC")


def run(args: argparse.Namespace) -> int:
    """Print the state; exit 0, 1 or 2 as monitoring plugins do: in order, a warning, critical."""
    try:
        settings, house = settings_of(args), house_of(args)
        with open_store(storage_url(settings, house)) as store:
            return _told(store, settings, house, as_json=args.json)
    except (StatshopError, StorageError) as error:
        print(json.dumps({"state": "critical", "error": str(error)}) if args.json else f"STATSHOP CRITICAL - {error}")
        return int(Severity.CRITICAL)


def _told(store: Store, settings: Settings, house: Path, *, as_json: bool) -> int:
    now = clock()
    runs, counts = last_runs(store, now=now), status_counts(store)
    found = look(store, settings, house, now=now)
    told = still_told(runs, settings, now)
    never = never_polled(runs, settings)
    state = state_of(found, told, never)
    due = next_times(settings, runs, now)
    others = read_by_others(store, settings, house)
    if as_json:
        rows = {"runs": [_run_row(run) for run in runs], "counts": _count_row(counts), "next": _iso(due)}
        wrong = [{"kind": one.kind.value, "about": one.about, "words": one.words} for one in found]
        beside = {"never_polled": never, "other_rules": others}
        print(json.dumps({"state": state.name.lower(), "wrong": wrong, **beside, **rows}))
    else:
        lines = [_plugin_line(state, found, told, never, counts), *_lines(runs, counts, due)]
        lines += [*_rule_lines(others), *_queue_lines(store)]
        lines += [one.words for one in found if one.kind is Kind.SETTINGS]
        lines += _final_lines([one.name for one in finals_waiting(store, settings, now)])
        print("\n".join(lines))
    return int(state)


def state_of(found: Sequence[Trouble], runs: Sequence[Run], never: Sequence[str] = ()) -> Severity:
    """Give the worst of what is wrong.

    That the last run of a job failed, or that a mailbox was never polled, is a warning at least.
    """
    failed = any(run.outcome in (RunOutcome.FAILED, RunOutcome.LOST) for run in runs)
    return max(worst(found), Severity.WARNING if failed or never else Severity.OK)


def still_told(runs: Sequence[Run], settings: Settings, now: datetime) -> tuple[Run, ...]:
    """Give the runs whose failure can still be made good, or matters: pure.

    Not those of a mailbox that the settings name no more, nor a large work that nobody asked for again in a week.
    """
    return tuple(
        run
        for run in runs
        if (run.job not in _OF_MAILBOXES or not run.account or run.account in settings.mailboxes)
        and (run.job not in _ASKED_FOR or now - run.started_at < ASKED_FOR_TOLD)
    )


def never_polled(runs: Sequence[Run], settings: Settings) -> list[str]:
    """Name the mailboxes that were never polled though others were: pure."""
    polled = {run.account for run in runs if run.job == POLL}
    boxes = settings.mailboxes.items()
    return [name for name, table in boxes if polled.isdisjoint({name, *(table.formerly or ())})] if polled else []


def read_by_others(store: Store, settings: Settings, house: Path) -> int:
    """Count those of the newest messages that other rules read than this machine has for them now.

    So it is after each change of the rules until a retag, and for good where machines have different ones. What came by
    a mailbox that is closed is left as it was read.
    """
    usual, left = _version_of(rules_folder(settings, house)), accounts_left(store, settings)
    own = {account: _version_of(folder) for account, folder in mailbox_rules(settings, house)}
    found = rules_of_newest(store, NEWEST)
    return sum(
        count
        for (account, version), count in found.items()
        if account not in left and version != own.get(account, usual)
    )


def _version_of(folder: Path | None) -> str:
    try:
        return rules_version(folder)
    except OSError:  # not ours to read: an alert says so
        return ""


def _rule_lines(others: int) -> list[str]:
    if not others:
        return []
    were = "was" if others == 1 else "were"
    words = f"Of the newest {NEWEST:,} messages {others:,} {were} read by other rules than this machine has now: once "
    return [words + "all machines have the same, `statshop retag` reads all by them."]


def _plugin_line(
    state: Severity, found: Sequence[Trouble], runs: Sequence[Run], never: Sequence[str], counts: StatusCounts
) -> str:
    """Write the first line as monitoring plugins do: state, words, then figures after a bar."""
    wrong = [f"{trouble.kind}: {trouble.about}" for trouble in found]
    wrong += [f"last run failed: {_name(run)}" for run in runs if run.outcome in (RunOutcome.FAILED, RunOutcome.LOST)]
    wrong += [f"never polled: {name}" for name in never]
    words = "; ".join(wrong) or f"{many(counts.messages, 'message')}, {counts.needs_person} need a person"
    figures = {"messages": counts.messages, "pending": counts.pending, "set_aside": counts.set_aside}
    return f"STATSHOP {state.name} - {words} | {' '.join(f'{name}={value}' for name, value in figures.items())}"


def next_times(settings: Settings, runs: tuple[Run, ...], now: datetime) -> dict[str, datetime]:
    """Give when each job is due next, seen from its last run."""
    last = {_name(run): run.started_at for run in runs}
    return {name: next_due(due, last.get(name), now) for name, due in due_times(settings).items()}


def _run_row(run: Run) -> dict[str, Any]:
    counts = {name: getattr(run.counts, name) for name in run.counts.__slots__}
    ended = run.ended_at.isoformat() if run.ended_at else None
    times = {"started_at": run.started_at.isoformat(), "ended_at": ended}
    return {"job": run.job, "account": run.account, **times, "outcome": run.outcome, **counts, "error": run.error}


def _count_row(counts: StatusCounts) -> dict[str, int | str | None]:
    values = ((name, getattr(counts, name)) for name in counts.__slots__)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values}


def _iso(due: dict[str, datetime]) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in due.items()}


def _lines(runs: tuple[Run, ...], counts: StatusCounts, due: dict[str, datetime]) -> list[str]:
    lines = [
        f"Messages: {counts.messages}, of which {counts.pending} pending ({counts.needs_person} need a person). "
        f"Set aside: {counts.set_aside}."
    ]
    lines += [_run_line(run) for run in runs] or ["No run yet."]
    return lines + [f"Next {name}: {_london(moment)}" for name, moment in due.items()]


def _queue_lines(store: Store) -> list[str]:
    """Say how the queue is, where there is one."""
    if not store.on_postgresql:
        return []
    states = Counter[str]()
    for one in job_counts(store):
        states[one.state] += one.count
    alive = many(living_workers(store), "worker process", "worker processes")
    return [f"{alive} alive. Jobs: {states['doing']} running, {states['todo']} waiting, {states['failed']} failed."]


def _final_lines(months: Sequence[str]) -> list[str]:
    """Say which provisional digests can be issued as final ones: nothing but a person does."""
    if not months:
        return []
    return [f"Provisional, could be final: {months_named(months)}. statshop digest MONTH --issue --again"]


def _run_line(run: Run) -> str:
    did = f"fetched {run.counts.fetched}, stored {run.counts.stored}, set aside {run.counts.set_aside}"
    return f"Last {_name(run)}: {_london(run.started_at)}, {run.outcome}, {did}" + (
        f". {run.error}" if run.error else ""
    )


def _name(run: Run) -> str:
    return f"{run.job} {run.account}".strip()


def _london(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%-d %b %Y %H:%M")
