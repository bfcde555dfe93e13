"""The process that is the embedded IMAP server: pymap, made to serve the bytes as they lie on disk.

pymap's Maildir parses each message and writes it out anew, which changes line ends, long headers and 8-bit bytes.
"""

import os
import signal
import threading
from unittest.mock import patch

from pymap.backend.maildir.mailbox import Maildir
from pymap.main import main


def _end_with_parent() -> None:
    """Wait for the end of standard input, which comes when the parent is gone, and end too."""
    os.read(0, 1)  # not through sys.stdin, whose lock would hold up our own end
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with patch.object(Maildir, "get_message", Maildir.get_bytes):
        main()
