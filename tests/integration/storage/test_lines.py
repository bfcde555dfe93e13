"""Connections to PostgreSQL ask both ends to notice soon that a line is broken: the store's and the queue's."""

import pytest
from sqlalchemy import text

from pipeline.jobs.queue import Queue
from storage.engine import open_store

pytestmark = pytest.mark.postgres

# Over a Unix socket the server says 0 when it is asked to show one: the value that the session began with stands here.
BEGUN_WITH = "SELECT name, reset_val FROM pg_settings WHERE name LIKE 'tcp_keepalives_%' OR name = 'tcp_user_timeout'"
A_MINUTE = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}


def test_the_store_gives_a_broken_line_up_after_a_minute(postgres_url: str) -> None:
    with open_store(postgres_url) as store, store.reading() as session:
        found = {name: value for name, value in session.connection().execute(text(BEGUN_WITH))}
    assert found == A_MINUTE


def test_so_does_the_queue(postgres_url: str) -> None:
    with Queue(postgres_url) as queue:
        rows = queue._connector.execute_query_all(BEGUN_WITH.replace("%", "%%"))
        assert {row["name"]: row["reset_val"] for row in rows} == A_MINUTE
