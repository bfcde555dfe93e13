"""Machines of their own, as far as the network goes: namespaces on a bridge, which reach this one over the wire alone.

Nothing on their loopback is ours. It takes the right to make them, which root has on most machines and containers.
"""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

NETWORK = "10.213.7"
ADDRESS = f"{NETWORK}.1"  # of this machine, as the others see it
_CHUNK = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """One of them; `prefix` goes before a command that is to run on it."""

    name: str

    @property
    def prefix(self) -> tuple[str, ...]:
        """Give what runs a command there."""
        return ("ip", "netns", "exec", self.name)


@contextmanager
def machines(count: int) -> Iterator[tuple[Machine, ...]]:
    """Make so many; gone at the end. Raises OSError where that is not allowed."""
    bridge = f"st{os.getpid() % 100_000}"
    made = tuple(Machine(name=f"{bridge}-{number}") for number in range(count))
    try:
        _ip("link", "add", bridge, "type", "bridge")
        _ip("addr", "add", f"{ADDRESS}/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        for number, machine in enumerate(made, 2):
            _join(machine, bridge, f"{NETWORK}.{number}/24")
        yield made
    finally:
        for machine in made:
            _ip("netns", "del", machine.name, must=False)
        _ip("link", "del", bridge, must=False)


def can_make_machines() -> bool:
    """Say whether this is allowed here, by trying."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    try:
        with machines(1):
            return True
    except OSError:
        return False


def _join(machine: Machine, bridge: str, address: str) -> None:
    """Connect a namespace with the bridge by a pair of devices, one end in each."""
    here, there = machine.name.replace("-", "h"), machine.name.replace("-", "t")
    _ip("netns", "add", machine.name)
    _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", machine.name)
    _ip("link", "set", here, "master", bridge)
    _ip("link", "set", here, "up")
    for words in (("addr", "add", address, "dev", there), ("link", "set", there, "up"), ("link", "set", "lo", "up")):
        _ip("-n", machine.name, *words)


def _ip(*words: str, must: bool = True) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if must and done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@dataclass(slots=True)
class Relay:
    """A port at which the machines find what listens here: a port of this machine's loopback, or a Unix socket."""

    target: int | Path
    port: int = 0
    _listener: socket.socket = field(init=False)

    def __enter__(self) -> "Relay":
        self._listener = socket.create_server((ADDRESS, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with near, self._reached() as far:
            back = threading.Thread(target=_carry, args=(far, near), daemon=True)
            back.start()
            _carry(near, far)
            back.join()

    def _reached(self) -> socket.socket:
        if isinstance(self.target, int):
            return socket.create_connection(("127.0.0.1", self.target))
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(self.target))
        return far


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_CHUNK):
            sink.sendall(piece)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
