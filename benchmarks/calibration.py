"""A piece of work that never changes, timed again and again beside what is measured: how slow the machine is just now.

Other programs on a machine take the caches and the clock of its cores away, so that the same work costs more processor
time. What a measured figure is divided by grows in the same way. The work is of the kind that reading mail is: text cut
into words, looked up, counted, digested and packed.
"""

import hashlib
import re
import time
import zlib
from collections import Counter

_WORD = re.compile(r"[^\W_]+")
_TEXT = " ".join(f"word{number * 7919 % 4001} tells nothing{number % 97}" for number in range(8_000))


def constant_work() -> int:
    """Do it once: some ten milliseconds."""
    words = Counter(word.lower() for word in _WORD.findall(_TEXT))
    packed = zlib.compress(_TEXT.encode(), 6)
    return len(words) + len(packed) + hashlib.sha256(packed).digest()[0]


def milliseconds() -> float:
    """Time it once, by the processor's time of this process."""
    begun = time.process_time()
    constant_work()
    return (time.process_time() - begun) * 1000
