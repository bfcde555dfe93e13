"""Who this process is, so that another on the same machine can tell at once whether it still lives."""

import os
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str:
    """Name this process: machine (this boot of it), name space of processes, number, and when it began."""
    number = os.getpid()
    return f"{_machine()} {number} {_began(number)}"


def is_surely_dead(owner: str) -> bool:
    """Say whether a process named by `this_process` has ended. False when we cannot know: it is elsewhere."""
    machine, number, began = owner.rsplit(" ", 2)
    return bool(machine) and machine == _machine() and _began(int(number)) != began


def _machine() -> str:
    """Name what process numbers are unique in; "" where we cannot tell (not Linux)."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _began(number: int) -> str:
    """Give the clock tick at which a process began (proc(5), stat, field 22); "" when it is gone or a zombie."""
    try:
        state, *fields = (_PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in ("Z", "X") else fields[18]
