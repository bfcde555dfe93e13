"""A person erased: no word left anywhere, no count changed, and their mail does not come back."""

import stat
import threading
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import LargeBinary, text, type_coerce

from storage import engine, erasure
from storage.alerts import set_aside_since
from storage.backup import backup, restore
from storage.engagement import has_written
from storage.engine import Store, open_store
from storage.erasure import erase, erase_again, find_person
from storage.errors import ErasureKeyMissing
from storage.forgetting import Part
from storage.integrity import verify
from storage.messages import export_rows, folder_state, known_slots, raw_bytes, save_batch
from storage.models import METADATA
from storage.records import FolderState, QueueFilter, Slot
from storage.reports import counted_messages, coverage, save_issue
from storage.retention import due, retain
from storage.reviews import decide, message, queue

from .conftest import tombstones

JANE = "jane.doe@example.org"
CANARY = "zanzibarcanary"
ASIDE = f"From: {JANE}\r\n\r\n{CANARY}".encode()


@pytest.fixture
def of_jane(new_message):
    """Give a message of Jane's whose every word is a canary."""

    def made(number, **changes):
        whole = new_message(number)
        text_of = f"{CANARY} asks for the cohesion report."
        zones = (replace(whole.zones[0], text=CANARY), replace(whole.zones[1], text=text_of))
        said = replace(whole.verdict.statements[0], text=text_of)
        hit = replace(whole.verdict.hits[0], words=CANARY)
        tags = tuple(replace(tag, reason=f"because {CANARY}") for tag in whole.verdict.tags)
        names = {
            "subject": f"{CANARY} {number}",
            "sender_name": f"Jane {CANARY}",
            "sender_address": JANE.upper(),
            "user_address": JANE,
            "recipients": f"team@example.org, {CANARY}@example.org",
            "html": f"<p>{CANARY}",
            "message_id": f"<{CANARY}{number}@example.org>",
            "thread_key": f"<{CANARY}{number}@example.org>",
            "copy_key": f"copy {number}",
            "oddities": (f"odd {CANARY}",),
            "attachments": (replace(whole.attachments[0], filename=f"{CANARY}.csv", text=CANARY),),
        }
        verdict = replace(whole.verdict, statements=(said,), hits=(hit,), tags=tags, reasons=(f"reason {CANARY}",))
        raw = f"From: {JANE}\r\nSubject: {CANARY} {number}\r\n\r\n{text_of}\r\n".encode()
        given = {"raw": raw, "zones": zones, "verdict": verdict, **names, **changes}
        return new_message(number, **given)

    return made


@pytest.fixture
def key_given(store: Store) -> None:
    """Give PostgreSQL its key, as the settings do; SQLite makes its own file."""
    store.erasure_key = b"k" * 32 if store.on_postgresql else b""


@pytest.fixture
def filled(store, key_given, of_jane, new_message, new_set_aside, now):
    aside = new_set_aside(9, raw=ASIDE, mail_sha256="aside", raw_sha256=sha256(ASIDE).hexdigest())
    cursor = FolderState(account="statshop", folder="INBOX", uidvalidity=7, last_uid=9)
    items = [of_jane(1), of_jane(2), new_message(3), new_message(4), aside]
    save_batch(store, items, cursor, now=now)
    opened = message(store, 1)
    decide(
        store,
        1,
        version=1,
        who="reviewer",
        tags=opened.tags[:1],
        statements=opened.statements,
        note=f"{CANARY}!",
        now=now,
    )
    return store


def everything(store) -> str:
    with store.reading() as session:
        rows = [session.connection().execute(table.select()).all() for table in METADATA.sorted_tables]
    return str(rows)


def writer_of(body):
    return body.partition(b"\r\n")[0].removeprefix(b"From: ").decode()


def erase_jane(store, now):
    found = find_person(store, JANE, writer_of=writer_of)
    return erase(store, found.written, found.set_aside, now=now)


def test_a_person_is_found_in_every_role(filled, new_message, now):
    whole = new_message(5)
    quoting = new_message(5, zones=(whole.zones[0], replace(whole.zones[1], text=f"{JANE} wrote to us")))
    to_her = new_message(6, recipients=f"x@example.org, {JANE}")
    save_batch(filled, [quoting, to_her, new_message(7, user_address=JANE)], None, now=now)
    found = find_person(filled, " Jane.Doe@EXAMPLE.org", writer_of=writer_of)
    assert (found.written, found.received, found.named) == ((1, 2, 7), (6,), (5,))
    assert len(found.set_aside) == 1
    assert find_person(filled, "jane_doe@example.org").written == ()


@pytest.mark.parametrize("other", ["mary-jane.doe@example.org", "x.jane.doe@example.org", f"{JANE}.uk", f"d'{JANE}"])
def test_an_address_that_only_holds_hers_is_anothers(filled, new_message, now, other):
    zones = (new_message(5).zones[0], replace(new_message(5).zones[1], text=f"{other} wrote to us"))
    save_batch(
        filled, [new_message(5, recipients=f"{other}, x@example.org"), new_message(6, zones=zones)], None, now=now
    )
    found = find_person(filled, JANE)
    assert (found.written, found.received, found.named) == ((1, 2), (), ())


@pytest.mark.parametrize("words", ["Ask {}.", "'{}'", "mailto:{}?subject=x", "<{}>", "({}),", "line\n{}\nline"])
def test_her_address_is_found_in_any_text_around_it(filled, new_message, now, words):
    text_of = words.format(JANE)
    whole = new_message(5)
    save_batch(filled, [replace(whole, zones=(whole.zones[0], replace(whole.zones[1], text=text_of)))], None, now=now)
    said = (replace(whole.verdict.statements[0], text=text_of, end=len(text_of)),)
    decide(filled, 3, version=1, who="reviewer", tags=whole.verdict.tags, statements=said, note="", now=now)
    assert find_person(filled, JANE).named == (3, 5)


def test_what_others_wrote_of_what_is_set_aside_only_names_her(filled, new_set_aside, now):
    others = (f"From: carl@example.org\r\nCc: {JANE}\r\n\r\n", f"From: mary-{JANE}\r\n\r\n")
    items = [new_set_aside(20 + n, raw=raw.encode(), mail_sha256=f"{n}") for n, raw in enumerate(others)]
    save_batch(filled, items, None, now=now)
    found = find_person(filled, JANE, writer_of=writer_of)
    assert (len(found.set_aside), len(found.set_aside_named)) == (1, 1)
    assert not set(found.set_aside) & set(found.set_aside_named)
    assert len(find_person(filled, JANE).set_aside_named) == 2


def test_no_word_of_hers_is_left_in_any_table(filled, now):
    assert CANARY in everything(filled)
    assert erase_jane(filled, now).messages == (1, 2)
    left = everything(filled).lower()
    assert CANARY not in left
    assert JANE not in left
    assert verify(filled).faults == ()


def test_copies_of_her_mail_are_erased_and_named(filled, of_jane, now):
    (copy,) = save_batch(filled, [of_jane(7, copy_key="copy 1")], None, now=now)
    assert erase(filled, (1,), (), now=now).messages == (1, copy.message_id)


def test_no_byte_of_hers_is_left_in_the_files(sqlite_store, of_jane, new_message, now):
    save_batch(
        sqlite_store, [of_jane(n) for n in range(1, 30)] + [new_message(n) for n in range(30, 60)], None, now=now
    )
    folder = sqlite_store.path.parent
    held = b"".join(file.read_bytes() for file in folder.glob("store.db*"))
    assert CANARY.encode() in held
    assert erase_jane(sqlite_store, now).left == ""
    held = b"".join(file.read_bytes() for file in folder.glob("store.db*")).lower()
    assert CANARY.encode() not in held
    assert b"jane.doe" not in held


def test_a_reader_that_keeps_the_log_open_is_told_and_nothing_is_undone(sqlite_url, of_jane, now, monkeypatch):
    impatient = tuple(one for one in engine._PRAGMAS if "busy_timeout" not in one)
    monkeypatch.setattr(engine, "_PRAGMAS", (*impatient, "PRAGMA busy_timeout = 50"))
    with open_store(sqlite_url) as store:
        save_batch(store, [of_jane(1)], None, now=now)
        with store.reading() as session:
            session.connection().execute(text("SELECT count(*) FROM message")).scalar()
            done = erase_jane(store, now)
        assert (done.messages, done.left != "") == ((1,), True)
        assert erase(store, (), (), now=now).left == ""
        held = b"".join(file.read_bytes() for file in store.path.parent.glob("store.db*"))
    assert CANARY.encode() not in held


def test_a_damaged_text_is_erased_as_well(store, of_jane, new_message, now):
    store.erasure_key = b"k" * 32
    save_batch(store, [of_jane(1), new_message(2)], None, now=now)
    with store.writing() as session:
        damage = METADATA.tables["message_text"].update().values(zones=type_coerce(b"no zstd", LargeBinary))
        session.connection().execute(damage)
    assert erase(store, (1,), (), now=now).messages == (1,)
    assert message(store, 1).zones == ()
    assert verify(store).faults == ("message 2: its text is damaged; statshop rebuild makes it again",)


def test_what_retention_took_is_overwritten_where_sqlite_would_leave_it(sqlite_url, of_jane, now, monkeypatch):
    monkeypatch.setattr(engine, "_PRAGMAS", ("PRAGMA secure_delete = OFF", *engine._PRAGMAS))
    told = f"{CANARY} asks for the cohesion report".encode()
    with open_store(sqlite_url) as store:
        save_batch(store, [of_jane(n) for n in range(1, 9)], None, now=now)
        store.outside("PRAGMA wal_checkpoint(TRUNCATE)")
        assert told in store.path.read_bytes()
        retain(store, dict.fromkeys(Part, now + timedelta(days=99)), now=now)
        store.outside("PRAGMA wal_checkpoint(TRUNCATE)")
        assert told not in store.path.read_bytes()


def test_f85_what_was_counted_stays(filled, now):
    start, end = now - timedelta(days=60), now
    before = [
        (one.id, one.state, one.thread_key != "", len(one.statements))
        for one in counted_messages(filled, start, end, None)
    ]
    tags = [[(tag.dimension, tag.value) for tag in one.tags] for one in counted_messages(filled, start, end, None)]
    senders = len({one.sender_key for one in counted_messages(filled, start, end, None)})
    covered = coverage(filled, start, end, None)
    issue = save_issue(
        filled, month="2011-03", account=None, number=1, status="final", issued_at=now, rules_version="r1",
        figures="{}", sha256="0", message_ids=(1, 2, 3),
    )  # fmt: skip
    erase_jane(filled, now)
    after = list(counted_messages(filled, start, end, None))
    assert [(one.id, one.state, one.thread_key != "", len(one.statements)) for one in after] == before
    assert [[(tag.dimension, tag.value) for tag in one.tags] for one in after] == tags
    assert len({one.sender_key for one in after}) == senders
    assert coverage(filled, start, end, None) == covered
    assert issue.message_ids == (1, 2, 3)


def test_what_was_erased_of_the_pile_waits_for_nobody(filled, now):
    def waiting():
        return set_aside_since(filled, now - timedelta(days=60)), due(filled, {Part.RAW: now}).waiting

    assert waiting() == (1, 1)
    erase_jane(filled, now)
    assert waiting() == (0, 0)


def test_her_mail_does_not_come_back_from_the_server(filled, of_jane, new_set_aside, now):
    erase_jane(filled, now)
    again = [of_jane(1), of_jane(2)]
    moved = [
        replace(one, slot=Slot(account="statshop", folder="Archive", uidvalidity=8, uid=n))
        for n, one in enumerate(again)
    ]
    copied = of_jane(1, raw=b"other bytes", slot=Slot(account="statshop", folder="Copies", uidvalidity=9, uid=1))
    aside = new_set_aside(9, raw=ASIDE, mail_sha256="aside", raw_sha256=sha256(ASIDE).hexdigest())
    for items in (again, moved, [copied], [aside, replace(aside, slot=moved[0].slot)]):
        save_batch(filled, items, None, now=now)
    assert CANARY not in everything(filled)
    assert len(list(export_rows(filled))) == 5
    assert known_slots(filled, "statshop", "Archive", 8, [0, 1]) == {0, 1}
    assert folder_state(filled, "statshop", "INBOX").last_uid == 9


def test_a_new_letter_of_hers_is_stored(filled, of_jane, now):
    erase_jane(filled, now)
    save_batch(filled, [of_jane(77)], None, now=now)
    assert find_person(filled, JANE).written == (5,)


def test_the_page_still_shows_the_record(filled, now):
    erase_jane(filled, now)
    page = queue(filled, QueueFilter())
    assert [row.subject for row in page.rows if row.id in (1, 2)] == ["[erased 1 April 2011]"] * 2
    whole = message(filled, 2)
    assert whole.zones[whole.statements[0].zone].text == ""
    assert message(filled, 1).history[0].note == ""
    assert queue(filled, QueueFilter(words=CANARY)).rows == ()


def test_without_the_key_nothing_is_stored(filled, of_jane, new_message, now):
    erase_jane(filled, now)
    if filled.on_postgresql:
        filled.erasure_key = b""
    else:
        file = filled.path.with_name("store.db.key")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.unlink()
    with pytest.raises(ErasureKeyMissing, match="would come back"):
        save_batch(filled, [new_message(50)], None, now=now)
    filled.erasure_key = b"another key of thirty-two bytes!!"
    with pytest.raises(ErasureKeyMissing):
        save_batch(filled, [new_message(50)], None, now=now)


def test_a_restored_backup_is_erased_again(sqlite_store, of_jane, new_message, now, tmp_path):
    save_batch(sqlite_store, [of_jane(1), new_message(2)], None, now=now)
    backup(sqlite_store, tmp_path / "old.db")
    erase_jane(sqlite_store, now)
    stones = tombstones(sqlite_store)
    url = f"sqlite:///{sqlite_store.path}"
    restore(tmp_path / "old.db", url, replace=True)
    with open_store(url) as restored:
        assert erase_again(restored, stones, now=now) == 1
        assert CANARY not in everything(restored)
        assert len(list(export_rows(restored))) == 2


def test_mail_that_came_after_the_backup_stays_erased(sqlite_store, of_jane, new_message, now, tmp_path):
    save_batch(sqlite_store, [new_message(2)], None, now=now)
    backup(sqlite_store, tmp_path / "old.db")
    save_batch(sqlite_store, [of_jane(1)], None, now=now)
    erase_jane(sqlite_store, now)
    stones = tombstones(sqlite_store)
    url = f"sqlite:///{sqlite_store.path}"
    restore(tmp_path / "old.db", url, replace=True)
    with open_store(url) as restored:
        assert erase_again(restored, stones, now=now) == 0
        assert tombstones(restored) == stones
        copied = of_jane(1, raw=b"other bytes", slot=Slot(account="statshop", folder="Copies", uidvalidity=9, uid=1))
        for item in (of_jane(1), of_jane(1), copied):
            save_batch(restored, [item], None, now=now)
        assert CANARY not in everything(restored)
        assert verify(restored).faults == ()
        assert known_slots(restored, "statshop", "INBOX", 7, [1]) == {1}


def test_mail_that_is_saved_while_it_is_erased_stays_away(filled, of_jane, now, monkeypatch):
    again = of_jane(1, slot=Slot(account="second", folder="INBOX", uidvalidity=3, uid=8))
    saving = threading.Thread(target=save_batch, args=(filled, [again], None), kwargs={"now": now})
    real = erasure.forget

    def saved_meanwhile(*given, **named):
        saving.start()
        saving.join(0.3)  # it waits for the erasure
        real(*given, **named)

    monkeypatch.setattr(erasure, "forget", saved_meanwhile)
    erase_jane(filled, now)
    saving.join()
    assert find_person(filled, JANE).written == ()
    assert known_slots(filled, "second", "INBOX", 3, [8]) == {8}


def test_retention_takes_parts_in_their_time_and_keeps_what_was_counted(filled, now):
    moments = dict.fromkeys((Part.RAW, Part.ATTACHMENTS, Part.TEXT), now - timedelta(days=17, hours=18))
    before = list(counted_messages(filled, now - timedelta(days=60), now, None))
    assert due(filled, moments).parts == dict.fromkeys(moments, 2)
    assert retain(filled, moments, now=now).parts == dict.fromkeys(moments, 2)
    assert due(filled, moments).parts == dict.fromkeys(moments, 0)
    after = list(counted_messages(filled, now - timedelta(days=60), now, None))
    assert [len(one.tags) for one in after] == [len(one.tags) for one in before]
    assert len({one.sender_key for one in after}) == len({one.sender_key for one in before})
    assert raw_bytes(filled, 3)
    with filled.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM message_raw")).scalar() == 2
    assert "[removed 1 April 2011]" in everything(filled)
    assert verify(filled).faults == ()


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("groß@straße.example", "groß@straße.example"),
        ("JÖRG@example.org", "JÖRG@example.org"),
        ("jörg@example.org", "JÖRG@example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann_b@example.org", "Ann_B@example.org"),
    ],
)
def test_an_address_is_found_whatever_its_letters(store, new_message, new_set_aside, now, asked, written):
    others = "grosz@strasse.example, jorg@example.org, annxb@example.org"
    save_batch(
        store,
        [
            new_message(1, sender_address=written),
            new_message(2, user_address=written),
            new_message(3, recipients=f"team@example.org, {written}"),
            new_message(4, subject=f"a letter of {written}"),
            new_message(5, recipients=others, subject=others),
            new_set_aside(6, raw=f"Subject: of {written}\r\n\r\n".encode()),
        ],
        None,
        now=now,
    )
    found = find_person(store, asked)
    assert (found.written, found.received, found.named) == ((1, 2), (3,), (4,))
    assert len(found.set_aside_named) == 1
    assert has_written(store, asked)
    assert not has_written(store, "groß@strasse.example")
