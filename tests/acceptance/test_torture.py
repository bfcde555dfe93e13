"""A short siege: pollers killed at a bad line and a database in trouble; nothing is lost, doubled or altered.

`./run torture` is the long one. The seed is fixed here; what it hits also depends on the machine's speed.
"""

from pathlib import Path

import pytest
from torture.__main__ import besiege
from torture.siege import Plan

pytestmark = pytest.mark.dovecot


def test_f17_f21_f29_f86_a_siege_on_sqlite_loses_nothing(tmp_path: Path) -> None:
    verdict = besiege("sqlite", Plan(seed=20110314, kills=10, messages=150, rebuilds=1), tmp_path)
    assert verdict.problems == ()
    assert (verdict.lost, verdict.doubled, verdict.altered) == (0, 0, 0)
    assert verdict.stored > 75


@pytest.mark.postgres
def test_f17_f29_a_siege_on_postgresql_loses_nothing(tmp_path: Path, postgres_url: str) -> None:
    plan = Plan(seed=20110315, kills=4, messages=60, rebuilds=1)
    verdict = besiege("postgresql", plan, tmp_path, postgresql=postgres_url)
    assert verdict.problems == ()
    assert (verdict.lost, verdict.doubled, verdict.altered) == (0, 0, 0)
