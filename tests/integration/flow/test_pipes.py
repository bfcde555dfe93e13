"""Pipes to and from workers: a task is written whole, though nobody reads it yet."""

import fcntl
import threading

import pytest

from pipeline.flow.pipes import WidePipes
from pipeline.flow.reader import TOGETHER_BYTES


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="pipes are widened on Linux")
def test_a_task_is_written_before_anybody_reads() -> None:
    reader, writer = WidePipes().Pipe(duplex=False)
    with reader, writer:
        writing = threading.Thread(target=writer.send_bytes, args=(bytes(2 * TOGETHER_BYTES),), daemon=True)
        writing.start()
        writing.join(10)
        assert not writing.is_alive()
        assert len(reader.recv_bytes()) == 2 * TOGETHER_BYTES
