"""A bad line: a TCP proxy that stalls, cuts, resets, truncates and corrupts what goes through it, by seed.

It stands in front of the server's TLS port, where a real line stands: a corrupted byte is one of the encrypted stream,
and TLS finds it. In plain text nothing would; the poller speaks plain text to its own machine only.
"""

import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

_CHUNK = 16_384


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """How likely each fault is, for each piece of up to 16 kB that goes through."""

    stall: float = 0.006
    cut: float = 0.01
    reset: float = 0.01
    truncate: float = 0.007
    corrupt: float = 0.007
    stall_seconds: float = 5.0

    def drawn(self, chance: random.Random) -> str:
        """Draw what happens to a piece; "" for nothing."""
        names = ("stall", "cut", "reset", "truncate", "corrupt")
        weights = [getattr(self, name) for name in names]
        return chance.choices([*names, ""], [*weights, 1 - sum(weights)])[0]


class BadLine:
    """The proxy; `calm` mends the line. `connections` and `faults` count what went through and what was done to it."""

    def __init__(self, target: int, seed: int, faults: Faults) -> None:
        self._target, self._seed, self._faults = target, seed, faults
        self.calm = threading.Event()
        self.connections = 0
        self.faults: Counter[str] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=30)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for way, ends in enumerate(((near, far), (far, near))):
                chance = random.Random(f"{self._seed} {self.connections} {way}")
                threading.Thread(target=self._carry, args=(*ends, chance), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, chance: random.Random) -> None:
        with suppress(OSError):
            while piece := source.recv(_CHUNK):
                fault = "" if self.calm.is_set() else self._faults.drawn(chance)
                self.faults[fault] += 1
                if not self._passed(piece, fault, sink, chance):
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _passed(self, piece: bytes, fault: str, sink: socket.socket, chance: random.Random) -> bool:
        """Pass a piece on, or what the fault leaves of it; False when the connection ends with it."""
        if fault == "stall":
            self.calm.wait(self._faults.stall_seconds)
        if fault == "reset":
            sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if fault in ("cut", "reset"):
            return False
        if fault == "truncate":
            sink.sendall(piece[: chance.randrange(len(piece))])
            return False
        if fault == "corrupt":
            place = chance.randrange(len(piece))
            piece = piece[:place] + bytes([piece[place] ^ (1 << chance.randrange(8))]) + piece[place + 1 :]
        sink.sendall(piece)
        return True


def wait_for_connection(line: BadLine, since: int, seconds: float, is_alive: Callable[[], bool]) -> bool:
    """Wait until somebody connects, as long as whoever should is alive; tell whether anybody did."""
    deadline = time.monotonic() + seconds
    while line.connections == since:
        if time.monotonic() > deadline or not is_alive():
            return False
        time.sleep(0.01)
    return True
