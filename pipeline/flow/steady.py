"""Imported first by the fork server: a SIGTERM to all processes is the main one's to heed, with which this one ends.

Else another fork server would have to load the rules anew, only to end. Its workers heed the signal again.
"""

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
