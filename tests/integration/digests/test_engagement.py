"""Invitations and agendas out of a real store."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.catalogue import Catalogue
from digests.engagement.making import make_agenda, make_invitations, write_agenda, write_invitations
from digests.errors import MonthsReversed, NoSuchChannel
from digests.options import DigestOptions
from storage.engagement import opt_out
from storage.engine import Store

NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)
OPTIONS = DigestOptions()
Arrive = Callable[..., int]


def test_an_opt_out_is_honoured(store: Store, catalogue: Catalogue, arrive: Arrive) -> None:
    arrive(1)
    arrive(2)
    opt_out(store, "ANN1@example.org", who="reviewer", now=NOW)
    found = make_invitations(store, catalogue, "2011-03", "2011-03", OPTIONS)
    assert [(one.name, one.address) for one in found.invited] == [("Ann Example", "ann2@example.org")]
    assert found.opted_out == 1


def test_only_the_months_asked_for_count(store: Store, catalogue: Catalogue, arrive: Arrive) -> None:
    arrive(1)
    assert make_invitations(store, catalogue, "2011-04", "2011-05", OPTIONS).invited == ()


def test_the_files_are_their_owners_alone(store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path) -> None:
    arrive(1)
    found = make_invitations(store, catalogue, "2011-03", "2011-03", OPTIONS)
    agenda = make_agenda(store, catalogue, "usage-feedback", "2011-03", "2011-03", OPTIONS, now=NOW)
    listed = write_invitations(found, tmp_path / "own", "2011-03", "2011-03")
    drafted = write_agenda(agenda, "usage-feedback", tmp_path / "own")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (listed, drafted)] == [0o600, 0o600]
    assert stat.S_IMODE(listed.parent.stat().st_mode) == 0o700


def test_a_channel_that_nobody_knows_is_told(store: Store, catalogue: Catalogue) -> None:
    with pytest.raises(NoSuchChannel, match="usage-feedback"):
        make_agenda(store, catalogue, "advisory", "2011-03", "2011-03", OPTIONS, now=NOW)


def test_months_the_wrong_way_round_are_told(store: Store, catalogue: Catalogue) -> None:
    with pytest.raises(MonthsReversed):
        make_invitations(store, catalogue, "2011-04", "2011-03", OPTIONS)
