"""A review page to try: a catalogue, messages of every kind, people, and a clock that only moves when told."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from classifiers.catalogue import Catalogue, CatalogueEntry
from classifiers.verdict import Dimension
from storage.records import (
    AttachmentRecord,
    HitRecord,
    NewMessage,
    NewSetAside,
    Slot,
    StatementRecord,
    TagRecord,
    VerdictRecord,
    ZoneRecord,
)

NOW = datetime(2011, 4, 1, 9, 0, tzinfo=UTC)
FIRST_ARRIVAL = datetime(2011, 3, 14, 9, 0, tzinfo=UTC)
PASSWORD = "three random words"
TITLES = {
    Dimension.DISPOSITION: {
        "triage": "For the team to read",
        "auto-reply": "Automatic reply",
        "bounce": "Bounce",
        "bulk": "Bulk mail",
        "spam": "Spam",
    },
    Dimension.PRODUCT: {
        "headline": "Headline Findings",
        "cohesion": "Cohesion Topic Report",
        "empowered-communities": "Empowered Communities Topic Report",
        "identity-values": "Identity and Values Topic Report",
        "race-religion-equalities": "Race, Religion and Equalities Topic Report",
        "volunteering": "Volunteering and Charitable Giving Topic Report",
        "violent-extremism": "Attitudes to Violent Extremism",
        "survey": "Citizenship Survey as a whole",
    },
    Dimension.USER_CATEGORY: {
        "dclg": "Communities and Local Government",
        "moj": "Ministry of Justice",
        "home-office": "Home Office",
        "local-government": "Local government",
        "ocs-voluntary": "Office for Civil Society and voluntary organisations",
        "academia": "Academia",
        "parliament": "Parliament",
        "media": "Media",
        "business": "Business",
        "public": "Members of the public",
        "other": "Others",
        "unknown": "Unknown",
        "none": "None",
    },
    Dimension.USE: {
        "big-society-policy": "Big Society policy",
        "integration-cohesion": "Monitoring integration and cohesion",
        "equality": "Equality",
        "volunteering-evaluation": "Evaluating volunteering",
        "societal-research": "Research on societal issues",
        "other-use": "Another use",
    },
    Dimension.CHANNEL: {
        "usage-feedback": "Feedback on use",
        "data-request": "Data request",
        "publication-comment": "Comment on a publication",
        "survey-future": "Future of the survey",
        "pro-forma": "Pro forma",
        "other-enquiry": "Other enquiry",
    },
}


def catalogue_of(extra_products: int = 0) -> Catalogue:
    """Make a catalogue of the usual tags, with more products where wanted."""
    entries = [
        CatalogueEntry(dimension=dimension, id=value, title=title)
        for dimension, titles in TITLES.items()
        for value, title in titles.items()
    ]
    entries += [
        CatalogueEntry(dimension=Dimension.PRODUCT, id=f"extra-{n}", title=f"Extra statistics, series {n}")
        for n in range(extra_products)
    ]
    return Catalogue(entries=tuple(entries))


NEW_TEXT = (
    "Dear colleagues,\n\nPlease could you send the cohesion figures for Exampleton by ward?\n"
    "We use them to monitor cohesion in the borough, and they helped us to decide\n"
    "where to put our three outreach workers.\n\nMany thanks"
)
QUOTED_TEXT = "> On 2 March 2011 you wrote:\n> The volunteering tables are attached."
SIGNATURE_TEXT = "-- \nAnn Example\nPolicy officer, Exampleton Borough Council"
DISCLAIMER_TEXT = "This email is confidential and intended for the addressee only."
USE_QUOTE = "We use them to monitor cohesion in the borough"
DECISION_QUOTE = "they helped us to decide\nwhere to put our three outreach workers"
AS_PROPOSED = {
    "disposition": "triage",
    "product": ["cohesion"],
    "user_category": "local-government",
    "use": ["integration-cohesion"],
    "channel": ["data-request", "usage-feedback"],
    "use_quotes": USE_QUOTE,
    "decision_quotes": DECISION_QUOTE.replace("\n", " "),
}


def hit_of(zones: tuple[ZoneRecord, ...], place: int, words: str, tag: str, **more: str) -> HitRecord:
    """Make the hit of `tag` ("product:cohesion") on words of a zone."""
    dimension, value = tag.split(":")
    start = zones[place].text.index(words)
    return HitRecord(
        rule=f"{dimension[:2]}-01",
        dimension=dimension,
        value=value,
        zone=place,
        start=start,
        end=start + len(words),
        words=words,
        **more,
    )


def statement_of(zones: tuple[ZoneRecord, ...], place: int, kind: str, words: str) -> StatementRecord:
    """Make the statement that these words of a zone are."""
    start = zones[place].text.index(words)
    return StatementRecord(kind=kind, text=words, zone=place, start=start, end=start + len(words), rule="ST-01")


def verdict_of(zones: tuple[ZoneRecord, ...], **changes: object) -> VerdictRecord:
    """Make what the rules say of the usual message."""
    tags = (
        TagRecord(dimension="disposition", value="triage", confidence=0.97, reason="written to the team by a person"),
        TagRecord(
            dimension="user_category",
            value="local-government",
            confidence=0.92,
            reason="“Borough Council” in the signature",
        ),
        TagRecord(dimension="product", value="cohesion", confidence=0.9, reason="“cohesion figures” in the new text"),
        TagRecord(
            dimension="use", value="integration-cohesion", confidence=0.8, reason="“monitor cohesion” in the new text"
        ),
        TagRecord(
            dimension="channel", value="data-request", confidence=0.85, reason="“could you send” in the new text"
        ),
        TagRecord(dimension="channel", value="usage-feedback", confidence=0.8, reason="a use is stated"),
    )
    hits = (
        hit_of(zones, 1, "cohesion figures", "product:cohesion"),
        hit_of(zones, 1, "monitor cohesion", "use:integration-cohesion"),
        hit_of(zones, 1, "could you send", "channel:data-request"),
        hit_of(zones, 2, "volunteering tables", "product:volunteering", role="mentioned"),
        hit_of(zones, 3, "Borough Council", "user_category:local-government"),
    )
    statements = (
        statement_of(zones, 1, "use", USE_QUOTE),
        statement_of(zones, 1, "decision", DECISION_QUOTE),
    )
    verdict = VerdictRecord(
        rules_version="r17",
        tags=tags,
        hits=hits,
        statements=statements,
        confidence=0.8,
        needs_person=True,
        reasons=("a decision is reported",),
    )
    return replace(verdict, **changes)  # type: ignore[arg-type]  # the tests' own changes


def message_of(number: int, **changes: object) -> NewMessage:
    """Make message `number`: a council's request with a stated use, an hour after the one before."""
    subject = str(changes.get("subject", f"Cohesion figures, request {number}"))
    zones = (
        ZoneRecord(kind="subject", text=subject),
        ZoneRecord(kind="new", text=NEW_TEXT),
        ZoneRecord(kind="quoted", text=QUOTED_TEXT),
        ZoneRecord(kind="signature", text=SIGNATURE_TEXT),
        ZoneRecord(kind="disclaimer", text=DISCLAIMER_TEXT),
        ZoneRecord(kind="attachment", text="Ward,Percent\nNorth,81", name="wards.csv"),
    )
    raw = f"Subject: {subject}\r\nX-Number: {number}\r\n\r\n{NEW_TEXT}\r\n".encode()
    digest = hashlib.sha256(raw).hexdigest()
    message = NewMessage(
        slot=Slot(account="statshop", folder="INBOX", uidvalidity=7, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=FIRST_ARRIVAL + timedelta(hours=number),
        arrived_source="internaldate",
        subject=subject,
        sender_name="Ann Example",
        sender_address=f"ann{number}@exampleton.gov.uk",
        user_address=f"ann{number}@exampleton.gov.uk",
        recipients="statshop@communities.gsi.gov.uk",
        thread_key=f"<{number}@exampleton.gov.uk>",
        message_id=f"<{number}@exampleton.gov.uk>",
        zones=zones,
        attachments=(AttachmentRecord(filename="wards.csv", content_type="text/csv", size=21, sha256="0" * 64),),
        verdict=verdict_of(zones),
    )
    return replace(message, **changes)  # type: ignore[arg-type]  # the tests' own changes


def sure_message_of(number: int, **changes: object) -> NewMessage:
    """Make a message that the rules are sure of."""
    message = message_of(number, **changes)
    return replace(message, verdict=replace(message.verdict, needs_person=False, reasons=(), confidence=0.95))


def set_aside_of(number: int) -> NewSetAside:
    """Make a message that could not be read."""
    raw = b"Subject: \xff\xfe deep\r\nContent-Type: multipart/mixed\r\n\r\n<script>alert(1)</script>\x00\r\n"
    digest = hashlib.sha256(raw + str(number).encode()).hexdigest()
    return NewSetAside(
        slot=Slot(account="statshop", folder="INBOX", uidvalidity=7, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=FIRST_ARRIVAL,
        arrived_source="internaldate",
        error="Its parts are nested more than 100 deep.",
        size=len(raw),
    )


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Give the moment."""
        return self.now

    def move(self, **by: float) -> None:
        """Move on."""
        self.now += timedelta(**by)
