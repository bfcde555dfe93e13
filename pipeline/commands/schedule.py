"""`statshop schedule`: the schedule alone, until it is asked to end."""

import argparse
import threading

from pipeline.commands.away import wait_for_database
from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, opened, settings_of, storage_url
from pipeline.commands.scheduling import scheduled
from pipeline.commands.settings_watch import watched_settings
from pipeline.commands.starting import stop_on_signals, upgrade_when_new


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Run the jobs at their times; on SIGTERM end within 10 seconds, nothing half done."""
    settings = settings_of(args)
    set_up_logs(settings.log)
    house = house_of(args)
    url = storage_url(settings, house)
    wait_for_database(settings, lambda: upgrade_when_new(url), clock)
    stop = stop_on_signals()
    with (
        opened(settings, house) as store,
        watched_settings(store, settings, args.config, "statshop schedule"),
        scheduled(store, settings, house, stop) as schedule,
    ):
        print(f"The schedule runs: {', '.join(schedule.names)}. Ctrl-C ends it.", flush=True)
        _wait(stop)
    return 0


def _wait(stop: threading.Event) -> None:
    while not stop.wait(1.0):
        pass
