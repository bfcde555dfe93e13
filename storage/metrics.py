"""Figures for monitoring: numbers only, in the text form that Prometheus reads."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.alerts import standing_alerts
from storage.engine import Store
from storage.ledger import last_counts
from storage.records import RunOutcome
from storage.runs import last_good_run, last_runs, status_counts

_NAME = re.compile(r"[^a-zA-Z0-9_]")
_OF_MAILBOXES = ("poll", "reconcile", "digest")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One number: its name, what it says, and labels that tell it from others of that name."""

    name: str
    says: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    kind: str = "gauge"


def metrics(store: Store, *, now: datetime, mailboxes: Mapping[str, str] | None = None) -> tuple[Metric, ...]:
    """Gather the figures: what is held and waits, how the jobs go, and how many alerts stand.

    `mailboxes` are those that the settings name, by account: of others no polls and counts are told.
    """
    counts = status_counts(store)
    held = [
        Metric(name="messages", says="Messages stored", value=counts.messages),
        Metric(name="messages_pending", says="Pending messages: those that nobody has reviewed", value=counts.pending),
        Metric(name="messages_needing_a_person", says="Pending messages that need a person", value=counts.needs_person),
        Metric(name="messages_set_aside", says="Messages that could not be read", value=counts.set_aside),
        Metric(name="messages_too_large", says="Messages larger than the settings allow", value=counts.too_large),
        Metric(name="alerts", says="Alerts that stand", value=len(standing_alerts(store))),
    ]
    if counts.newest_arrived_at is not None:
        age = (now - counts.newest_arrived_at).total_seconds()
        held.append(
            Metric(name="newest_message_age_seconds", says="Seconds since the newest message arrived", value=age)
        )
    named = mailboxes or {}
    return (*held, *_job_metrics(store, now, named), *_ledger_metrics(store, named))


def metrics_text(values: Iterable[Metric]) -> str:
    """Write metrics as Prometheus reads them; those of one name stand together under its explanation."""
    by_name: dict[str, list[Metric]] = {}
    for metric in values:
        by_name.setdefault(_NAME.sub("_", metric.name), []).append(metric)
    lines = []
    for name, group in by_name.items():
        lines += [f"# HELP statshop_{name} {_escaped(group[0].says)}.", f"# TYPE statshop_{name} {group[0].kind}"]
        lines += [f"statshop_{name}{_labels(metric)} {metric.value:.15g}" for metric in group]
    return "\n".join(lines) + "\n"


def _job_metrics(store: Store, now: datetime, named: Mapping[str, str]) -> list[Metric]:
    runs = last_runs(store, now=now)
    polled = {run.account for run in runs if run.job == "poll"}
    says = "1 when a mailbox was polled at any time, well or not"
    found = [
        Metric(name="mailbox_polled", says=says, value=name in polled, labels=(("mailbox", name),))
        for name in named.values()
    ]
    for run in runs:
        if named and run.job in _OF_MAILBOXES and run.account and run.account not in named.values():
            continue
        labels = (("job", run.job), ("mailbox", run.account))
        failed = run.outcome in (RunOutcome.FAILED, RunOutcome.LOST)
        good = last_good_run(store, run.job, run.account)
        found.append(Metric(name="job_failed", says="1 when a job's last run failed", value=failed, labels=labels))
        if good is not None:
            age = (now - good.started_at).total_seconds()
            says = "Seconds since a job's last good run began"
            found.append(Metric(name="job_good_run_age_seconds", says=says, value=age, labels=labels))
    return found


def _ledger_metrics(store: Store, named: Mapping[str, str]) -> list[Metric]:
    says = "Messages that a folder's last count found neither held nor to be had"
    found = []
    for row in last_counts(store):
        if named and row.account not in named:
            continue
        labels = (("account", row.account), ("folder", row.folder), ("mailbox", named.get(row.account, "")))
        found.append(Metric(name="ledger_missing", says=says, value=row.counts.missing, labels=labels))
    return found


def _labels(metric: Metric) -> str:
    written = ",".join(f'{_NAME.sub("_", name)}="{_escaped(value)}"' for name, value in metric.labels if value)
    return f"{{{written}}}" if written else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
