"""What must not be written down taken out of words that others wrote: a mail server may quote an address."""

import re

_ADDRESS = re.compile(r"[^\s<>\"'@,;:()\[\]=|]+@[\w-]+(?:\.[\w-]+)*")


def without_addresses(words: str) -> str:
    """Put "[address]" for whatever looks like an address."""
    return _ADDRESS.sub("[address]", words)
