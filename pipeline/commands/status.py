"""`statshop status`: the last runs, what waits, and what is due next; without loading the rules."""

import argparse
import json
from datetime import datetime
from typing import Any

from pipeline.commands.jobs import due_times
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.config import Settings
from pipeline.flow.schedule import LONDON, next_due
from storage.engine import open_store
from storage.records import Run, StatusCounts
from storage.runs import last_runs, status_counts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="the same as JSON, times in UTC")


def run(args: argparse.Namespace) -> int:
    """Print the state; exit 1 when the last run of a job failed or was lost."""
    settings = settings_of(args)
    with open_store(storage_url(settings, house_of(args))) as store:
        runs, counts = last_runs(store), status_counts(store)
    due = next_times(settings, runs, clock())
    if args.json:
        print(json.dumps({"runs": [_run_row(run) for run in runs], "counts": _count_row(counts), "next": _iso(due)}))
    else:
        print("\n".join(_lines(runs, counts, due)))
    return 1 if any(run.outcome in ("failed", "lost") for run in runs) else 0


def next_times(settings: Settings, runs: tuple[Run, ...], now: datetime) -> dict[str, datetime]:
    """Give when each job is due next, seen from its last run."""
    last = {f"{run.job} {run.account}".strip(): run.started_at for run in runs}
    return {name: next_due(due, last.get(name), now) for name, due in due_times(settings).items()}


def _run_row(run: Run) -> dict[str, Any]:
    counts = {name: getattr(run.counts, name) for name in run.counts.__slots__}
    ended = run.ended_at.isoformat() if run.ended_at else None
    times = {"started_at": run.started_at.isoformat(), "ended_at": ended}
    return {"job": run.job, "account": run.account, **times, "outcome": run.outcome, **counts, "error": run.error}


def _count_row(counts: StatusCounts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in counts.__slots__}


def _iso(due: dict[str, datetime]) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in due.items()}


def _lines(runs: tuple[Run, ...], counts: StatusCounts, due: dict[str, datetime]) -> list[str]:
    lines = [
        f"Messages: {counts.messages}, of which {counts.pending} pending ({counts.needs_person} need a person). "
        f"Set aside: {counts.set_aside}."
    ]
    lines += [_run_line(run) for run in runs] or ["No run yet."]
    return lines + [f"Next {name}: {_london(moment)}" for name, moment in due.items()]


def _run_line(run: Run) -> str:
    name = f"{run.job} {run.account}".strip()
    did = f"fetched {run.counts.fetched}, stored {run.counts.stored}, set aside {run.counts.set_aside}"
    return f"Last {name}: {_london(run.started_at)}, {run.outcome}, {did}" + (f". {run.error}" if run.error else "")


def _london(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%-d %b %Y %H:%M")
