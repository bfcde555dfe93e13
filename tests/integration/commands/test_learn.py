"""`statshop learn`: from decisions in the store to a file, and from the file to the top of the queue."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.opinion import SecondOpinion, TagWeights, as_plain
from classifiers.rulebook import load_rules
from classifiers.verdict import Dimension
from pipeline.flow.reading import MessageReader, Reading, ReadingContext
from pipeline.mail.message import Origin, RawMessage
from storage.decisions import decide
from storage.engine import open_store
from storage.messages import save_batch
from storage.records import HitRecord, NewMessage, Slot, TagRecord, VerdictRecord, ZoneRecord

Statshop = Callable[..., tuple[int, str]]
NOW = datetime(2011, 4, 1, tzinfo=UTC)
TRIAGE = TagRecord(dimension="disposition", value="triage", confidence=0.99)
LETTER = b"From: Ann <ann@example.org>\r\nSubject: x\r\n\r\nHow many adults volunteer in hospices?\r\n"


def product(value: str) -> TagRecord:
    return TagRecord(dimension="product", value=value, confidence=0.9)


def message_of(number: int, version: str) -> NewMessage:
    """Make a message of which the rules say cohesion; in each fourth a second rule matches as well."""
    raw = f"Subject: {number}\r\n\r\nWords.\r\n".encode()
    rules = ["a", "b"] if number % 4 == 0 else ["a"]
    hits = [
        HitRecord(rule=rule, dimension="product", value="cohesion", zone=0, start=0, end=1, words="W") for rule in rules
    ]
    return NewMessage(
        slot=Slot(account="a", folder="INBOX", uidvalidity=1, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        mail_sha256=hashlib.sha256(raw).hexdigest(),
        arrived_at=NOW + timedelta(minutes=number),
        arrived_source="internaldate",
        subject=str(number),
        sender_name="",
        sender_address=f"sender{number % 40}@example.org",
        user_address=f"sender{number % 40}@example.org",
        zones=(ZoneRecord(kind="new", text="Words."),),
        verdict=VerdictRecord(rules_version=version, tags=(TRIAGE, product("cohesion")), hits=tuple(hits)),
    )


@pytest.fixture
def decided(house: Path, statshop: Statshop) -> Callable[[int], None]:
    """Store messages on which a person decided: volunteering where both rules matched."""

    def made(count: int) -> None:
        assert statshop("upgrade")[0] == 0
        version = load_rules().version
        with open_store(f"sqlite:///{house}/var/statshop.db") as store:
            saved = save_batch(store, [message_of(number, version) for number in range(count)], None, now=NOW)
            for number, one in enumerate(saved):
                assert one.message_id is not None
                value = "volunteering" if number % 4 == 0 else "cohesion"
                tags = (TRIAGE, product(value))
                decide(store, one.message_id, version=1, who="ann", tags=tags, statements=(), now=NOW)

    return made


def test_decisions_become_a_file_with_figures(house: Path, statshop: Statshop, decided: Callable[[int], None]) -> None:
    decided(220)
    status, said = statshop("learn")
    assert status == 0, said
    assert "Learnt from 220 reviewed messages" in said
    assert "55 (100%; by lot 25%): on" in said
    assert "Off for user_category, use, channel" in said
    plain = json.loads((house / "var/second-opinion.json").read_text())
    assert set(plain["tags"]) == {"product"}
    assert "example.org" not in json.dumps(plain)


def test_too_few_decisions_write_nothing(house: Path, statshop: Statshop, decided: Callable[[int], None]) -> None:
    decided(3)
    status, said = statshop("learn")
    assert (status, "needs 200" in said) == (1, True)
    assert not (house / "var/second-opinion.json").exists()


@pytest.fixture
def opinion_file(tmp_path: Path) -> Path:
    """Give the file of an opinion that finds cohesion in what the rules call volunteering."""
    weights = {
        "volunteering": TagWeights(bias=-9.0, weights={}),
        "cohesion": TagWeights(bias=0.0, weights={"tag product:volunteering": 9.0}),
    }
    opinion = SecondOpinion(rules_version=load_rules().version, tags={Dimension.PRODUCT: weights})
    file = tmp_path / "opinion.json"
    file.write_text(json.dumps(as_plain(opinion)))
    return file


def test_reader_disputes_with_the_file_and_tags_as_without(opinion_file: Path) -> None:
    raw = RawMessage(origin=Origin.IMAP, account="a", folder="INBOX", uidvalidity=1, uid=1, raw=LETTER)
    plain = MessageReader(ReadingContext()).read(raw, NOW)
    disputed = MessageReader(ReadingContext(second_opinion=opinion_file)).read(raw, NOW)
    assert isinstance(plain, Reading)
    assert isinstance(disputed, Reading)
    assert disputed.verdict.tags == plain.verdict.tags
    assert disputed.verdict.reasons[0] == (
        "the rules say “Citizenship Survey: Volunteering and Charitable Giving Topic Report”, "
        "past decisions suggest “Citizenship Survey: Cohesion Topic Report”"
    )
    assert disputed.verdict.disputed


def test_file_that_is_not_there_is_no_opinion(house: Path) -> None:
    reader = MessageReader(ReadingContext(second_opinion=house / "none.json"))
    raw = RawMessage(origin=Origin.IMAP, account="a", folder="INBOX", uidvalidity=1, uid=1, raw=LETTER)
    outcome = reader.read(raw, NOW)
    assert isinstance(outcome, Reading)
    assert not outcome.verdict.disputed


def test_damaged_file_is_told_before_anything_is_read(house: Path, statshop: Statshop) -> None:
    (house / "config.toml").write_text('[rules]\nsecond_opinion = "bad.json"\n')
    (house / "bad.json").write_text("{")
    (house / "one.eml").write_bytes(LETTER)
    status, said = statshop("explain", "one.eml")
    assert (status, "bad.json cannot be used" in said) == (1, True)


@pytest.mark.parametrize(
    ("version", "words"),
    [(None, "on for product"), ("other", "silent, it was learnt with other rules")],
    ids=["today's rules", "other rules"],
)
def test_doctor_tells_whether_it_is_heard(
    house: Path, statshop: Statshop, opinion_file: Path, version: str | None, words: str
) -> None:
    plain = json.loads(opinion_file.read_text())
    opinion_file.write_text(json.dumps(plain | ({"rules_version": version} if version else {})))
    (house / "config.toml").write_text('[rules]\nsecond_opinion = "opinion.json"\n')
    assert f"second opinion: {words}" in statshop("doctor")[1]


@pytest.mark.parametrize("there", [b"SQLite format 3\0\xff", b'{"a": 1}', b"[1]", b"a letter"])
def test_nothing_but_what_was_learnt_before_is_written_over(
    house: Path, statshop: Statshop, decided: Callable[[int], None], there: bytes
) -> None:
    decided(2)
    file = house / "something"
    file.write_bytes(there)
    status, said = statshop("learn", "something")
    assert (status, "Nothing was written to something" in said, file.read_bytes()) == (1, True, there)
    file.write_text('{"learnt_at": "2011-03-01"}')
    assert "needs 200" in statshop("learn", "something")[1]
