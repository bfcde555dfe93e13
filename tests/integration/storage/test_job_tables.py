"""The queue's tables come with the upgrade, and are brought along by the scripts that are due."""

import json

import pytest
from sqlalchemy import text

from storage import foreign
from storage.engine import open_store
from storage.job_tables import known_scripts, scripts_due, scripts_left
from storage.upgrade import upgrade

KNOWN = ("01_01_pre_a.sql", "01_50_post_b.sql", "02_01_pre_c.sql", "02_50_post_d.sql")
_FUNCTIONS = text(
    "SELECT proname || '(' || pg_get_function_identity_arguments(oid) || ')' FROM pg_proc "
    "WHERE proname LIKE 'procrastinate%' ORDER BY 1"
)


@pytest.mark.parametrize(
    ("done", "finish", "due"),
    [
        ((), True, KNOWN),
        (KNOWN, False, ()),
        (KNOWN[:2], False, KNOWN[2:3]),
        (KNOWN[:3], False, ()),
        (KNOWN[:3], True, KNOWN[3:]),
    ],
    ids=["all", "none", "what older workers outlive", "the rest waits", "and is run at the end"],
)
def test_scripts_due(done, finish, due):
    assert scripts_due(KNOWN, done, finish=finish) == due


@pytest.mark.postgres
def test_a_new_database_has_the_queues_tables_and_nothing_left(postgres_url):
    with open_store(postgres_url) as store:
        assert scripts_left(store) == ()
        with store.reading() as session:
            assert session.connection().execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 0


@pytest.mark.postgres
def test_the_tables_of_an_older_queue_become_those_of_a_new_one(postgres_url):
    with open_store(postgres_url) as store:
        new = functions_of(store)
        made_of_scripts(store, before="03.04")
        upgrade(postgres_url)
        assert all("_post_" in name for name in scripts_left(store))
        upgrade(postgres_url, finish=True)
        assert scripts_left(store) == ()
        assert functions_of(store) == new


def test_sqlite_has_no_queue(sqlite_store):
    assert scripts_left(sqlite_store) == ()


def functions_of(store) -> list[str]:
    with store.reading() as session:
        return list(session.connection().execute(_FUNCTIONS).scalars())


def made_of_scripts(store, *, before: str) -> None:
    """Put the tables of an older release in place of today's."""
    older = [name for name in known_scripts() if name < before]
    with store.writing() as session:
        do = session.connection().exec_driver_sql
        do(f"DROP TABLE {', '.join(foreign.POSTGRESQL_TABLES)} CASCADE")
        do("DROP TYPE procrastinate_job_status, procrastinate_job_event_type, procrastinate_job_to_defer_v1 CASCADE")
        for name in functions_in(session):
            do(f"DROP FUNCTION {name} CASCADE")
        do("UPDATE fact SET value = '[]' WHERE name = 'job tables'")
    with store.writing() as session:
        run_scripts(session, older)


def functions_in(session) -> list[str]:
    return list(session.connection().execute(_FUNCTIONS).scalars())


def run_scripts(session, names: list[str]) -> None:
    from storage import job_tables

    for name in names:
        job_tables._run(session, (job_tables._folder() / "migrations" / name).read_text())
    session.connection().execute(
        text("UPDATE fact SET value = :done WHERE name = 'job tables'"), {"done": json.dumps(names)}
    )
