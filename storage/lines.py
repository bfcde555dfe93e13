"""How soon a broken line to PostgreSQL is noticed, on both of its ends.

A machine that loses its network, or its power, in the middle of a transaction leaves the locks of that transaction with
the server, and whoever waits for them waits until the server gives the line up: for two hours, as systems come.
"""

_QUIET, _AGAIN, _TIMES = 30, 10, 3  # seconds without a word, seconds between two questions, unanswered ones
_LONGEST = 1000 * (_QUIET + _AGAIN * _TIMES)  # milliseconds in which what was sent must have come
_SERVER = {
    "tcp_keepalives_idle": _QUIET,
    "tcp_keepalives_interval": _AGAIN,
    "tcp_keepalives_count": _TIMES,
    "tcp_user_timeout": _LONGEST,  # while something is under way nobody asks: the repeated sending has to end
}
SERVER = " ".join(f"-c {name}={value}" for name, value in _SERVER.items())
CLIENT = {  # no longest time here: a server that waits for a lock leaves what was sent unread, and is well
    "connect_timeout": 10,
    "keepalives_idle": _QUIET,
    "keepalives_interval": _AGAIN,
    "keepalives_count": _TIMES,
}
