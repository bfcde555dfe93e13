"""Processes from the fork server, with pipes between them that hold a few tasks."""

import fcntl
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

_BYTES = 1024 * 1024  # Linux lets any user have that much for a pipe (/proc/sys/fs/pipe-max-size)


class WidePipes(ForkServerContext):
    """A context of the fork server whose pipes hold as much as Linux lets them.

    A task is up to 400 kB, and a pipe usually holds 64: its writer would have to wait for the reader, several times a
    task, and each time for its turn among the threads that store what came before.
    """

    def Pipe(self, duplex: bool = True) -> tuple[Connection, Connection]:  # noqa: N802  # multiprocessing's name
        """Give the two ends of a pipe."""
        ends: tuple[Connection, Connection] = super().Pipe(duplex)
        if not duplex and hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):  # a user may have only so much in pipes: a narrow one does as well, more slowly
                fcntl.fcntl(ends[1].fileno(), fcntl.F_SETPIPE_SZ, _BYTES)
        return ends
