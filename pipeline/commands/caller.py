"""Who calls a command, as far as the system knows."""

import getpass


def caller() -> str:
    """Name who calls; "" where the system knows no name, as in a container that runs under a bare number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
