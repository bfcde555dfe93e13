"""Invitations and agendas as values."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import odfdo
from fakes.stored import stored_message

from classifiers.catalogue import Catalogue
from digests.engagement.agenda import agenda_as_odt, draft_agenda
from digests.engagement.invitations import Invitations, as_csv, invitations
from digests.options import DigestOptions
from storage.records import (
    CountedMessage,
    ReviewState,
    StatementRecord,
    StoredMessage,
    TagRecord,
    WhoWrote,
    ZoneRecord,
)

Build = Callable[..., CountedMessage]
NOW = datetime(2011, 7, 4, tzinfo=UTC)


def gathered(catalogue: Catalogue, *messages: CountedMessage, opted_out: tuple[str, ...] = ()) -> Invitations:
    who = {one.id: WhoWrote(name=f"Writer {one.id}", address=f"{one.sender_key}@example.org") for one in messages}
    return invitations(messages, who, opted_out, catalogue)


def test_a_user_who_wrote_twice_is_invited_once(catalogue: Catalogue, message: Build) -> None:
    first = message(1, key="ann", uses=["research"], products=["cohesion"], state=ReviewState.CONFIRMED)
    second = message(2, key="ann", products=["headline"], channels=["data-request"])
    (one,) = gathered(catalogue, first, second).invited
    assert (one.name, one.address, one.user) == ("Writer 2", "ann@example.org", "Academia")
    assert (one.uses, one.products) == (("Research",), ("Cohesion Topic Report", "Headline Findings"))
    assert (one.messages, one.reviewed) == (2, 1)


def test_only_who_wrote_as_a_user_is_invited(catalogue: Catalogue, message: Build) -> None:
    messages = (
        message(1, key="asked", channels=["data-request"]),
        message(2, key="complained", channels=["other-enquiry"]),
        message(3, key="advertised", disposition="spam", uses=["research"]),
        message(4, key="ours", from_team=True, uses=["research"]),
    )
    assert [one.address for one in gathered(catalogue, *messages).invited] == ["asked@example.org"]


def test_who_opted_out_is_left_out_and_counted(catalogue: Catalogue, message: Build) -> None:
    found = gathered(catalogue, message(1, key="ann", uses=["research"]), opted_out=("ann",))
    assert (found.invited, found.opted_out) == ((), 1)


def test_an_address_that_nobody_reads_is_left_out(catalogue: Catalogue, message: Build) -> None:
    messages = [message(n, key=key, uses=["research"]) for n, key in enumerate(("no-reply", "noreply", "ann b", "ben"))]
    found = gathered(catalogue, *messages)
    assert [one.address for one in found.invited] == ["ben@example.org"]
    assert found.without_address == 3


def test_the_list_is_inert_in_a_spreadsheet(catalogue: Catalogue, message: Build) -> None:
    wrote = {1: WhoWrote(name='=cmd|" /C calc"!A0', address="ann@example.org")}
    found = invitations([message(1, uses=["research"])], wrote, (), catalogue)
    rows = list(csv.reader(io.StringIO(as_csv(found).decode("utf-8-sig"))))
    assert rows[1][0] == '\'=cmd|" /C calc"!A0'


def stored(number: int, *, text: str, says: tuple[str, ...] = ()) -> StoredMessage:
    return stored_message(
        id=number,
        subject="Paper 3 <points>",
        sender_name="Ann Example",
        sender_address="ann@example.org",
        user_address="ann@example.org",
        zones=(
            ZoneRecord(kind="new", text=text),
            ZoneRecord(kind="quoted", text="What an earlier message said there."),
        ),
        tags=(TagRecord(dimension="user_category", value="academia"),),
        statements=tuple(StatementRecord(kind="use", text=one, zone=0, start=0, end=1) for one in says),
    )


def test_an_agenda_quotes_without_names_and_contact_details(catalogue: Catalogue) -> None:
    raised = [
        stored(1, text="Dear all\nPlease keep the hours question, or ring 0113 496 0000 today.\nAnn"),
        stored(2, text="We use it.", says=("We use it in a thesis.",)),
    ]
    agenda = draft_agenda(raised, "data-request", catalogue, ("2011-01", "2011-06"), DigestOptions(), now=NOW)
    assert [(point.user, point.quotes, point.opening) for point in agenda.points] == [
        ("Academia", (), "Please keep the hours question, or ring [phone] today."),
        ("Academia", ("We use it in a thesis.",), ""),
    ]
    text = odfdo.Document(io.BytesIO(agenda_as_odt(agenda))).get_formatted_text()
    assert "Paper 3 <points>" in text
    assert "Ann" not in text


def test_an_agenda_without_points_says_so(catalogue: Catalogue) -> None:
    agenda = draft_agenda([], "data-request", catalogue, ("2011-01", "2011-06"), DigestOptions(), now=NOW)
    assert "Nothing was raised" in odfdo.Document(io.BytesIO(agenda_as_odt(agenda))).get_formatted_text()
