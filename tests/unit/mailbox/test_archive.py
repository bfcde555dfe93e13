"""Archives as a stream: every kind, broken ones, ones that change while they are read."""

import json
import os
import shutil
import sys
import tracemalloc
import types
from email.message import EmailMessage
from pathlib import Path

import pytest
from fakes.archives import messages_in, parts_of

from pipeline.mail.archive import doubts_told, open_part, part_of, survey, warnings_of
from pipeline.mail.archive.find import unique_name
from pipeline.mail.archive.msg import settle_boundaries
from pipeline.mail.errors import ArchiveUnreadable, MsgSupportMissing, NotAnArchive
from pipeline.mail.mailbox import NotRetrieved

MAIL = b"From: Ama Reed <ama@example.org>\nSubject: figures\n\nPlease send them.\n"
LINE = b"From ama@example.org Thu Mar 17 09:02:11 2011\n"


def written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def raws(path: Path):
    return [message.raw for message in messages_in(path)]


def maildir(folder: Path, **messages: bytes) -> Path:
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for place, raw in messages.items():
        part, _, name = place.partition("__")
        (folder / part / name.replace("_2_", ":2,")).write_bytes(raw)
    return folder


def test_an_eml_is_one_message(tmp_path):
    path = written(tmp_path / "one.eml", MAIL)
    (message,) = messages_in(path)
    assert (message.raw, message.folder, message.uid, message.uidvalidity, message.mbox) == (MAIL, str(path), 1, 0, "")


def test_a_file_without_a_telling_name_is_known_by_its_header(tmp_path):
    assert raws(written(tmp_path / "00017", MAIL)) == [MAIL]


def test_an_mbox_is_split_at_dated_from_lines_and_loses_the_empty_line_between(tmp_path):
    path = written(tmp_path / "march.mbox", LINE + MAIL + b"\n" + LINE + MAIL + b"\n")
    assert raws(path) == [LINE + MAIL] * 2
    assert [part.messages for part in parts_of(path)] == [2]


def test_an_mbox_with_crlf_line_ends_is_split_alike(tmp_path):
    mail, line = MAIL.replace(b"\n", b"\r\n"), LINE.replace(b"\n", b"\r\n")
    assert raws(written(tmp_path / "march.mbox", (line + mail + b"\r\n") * 2)) == [line + mail] * 2


@pytest.mark.parametrize(
    "sentence",
    [
        b"From the figures we see a rise.\nSubject: not a header of a message\n",
        b"From 1 April 2011 at 09:30 the tables change, says\nthe notice.\n",
        b"From here on: 09:30 in 2011\nplain words follow\n",
    ],
    ids=["no date", "date but no header", "colon"],
)
def test_a_sentence_that_begins_with_from_does_not_split(tmp_path, sentence):
    mail = LINE + MAIL + b"\n" + sentence
    assert raws(written(tmp_path / "march.mbox", mail)) == [mail]


def test_a_from_line_in_the_middle_of_a_paragraph_does_not_split(tmp_path):
    mail = LINE + MAIL + LINE + b"Subject: quoted\n"
    assert raws(written(tmp_path / "march.mbox", mail)) == [mail]


@pytest.mark.parametrize(
    "line",
    [
        b"From - Fri Aug 24 11:55:47 2018\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        b"From gb at stat.example.org  Thu Jun  1 00:03:22 2000\n",
        b"From a b@example.org Thu Jun 01 00:03:22 +0100 2000\n",
        b"From a@example.org 2011-03-01T09:30:00Z\n",
    ],
    ids=["Thunderbird", "bounce", "Mailman", "spaces and zone", "ISO date"],
)
def test_from_lines_of_other_writers_split_too(tmp_path, line):
    assert len(raws(written(tmp_path / "march.mbox", (line + MAIL + b"\n") * 2))) == 2


@pytest.mark.parametrize(
    ("line", "empty"),
    [
        (LINE, b""),
        (b"From ama@example.org\n", b"\n"),
        (b"From ama@example.org Thu, 17 Mar 2011\n", b"\n"),
        (b"From MAILER-DAEMON\n", b"\n"),
    ],
    ids=["no empty line", "no date", "no time", "bounce, no date"],
)
def test_a_from_line_that_lacks_something_splits_where_a_mails_header_follows(tmp_path, line, empty):
    mails = [line + b"Received: by mx\n\twith SMTP\n" + MAIL, line + MAIL]
    assert raws(written(tmp_path / "march.mbox", empty.join([*mails, b""]))) == mails


def test_a_from_line_without_its_date_does_not_split_a_paragraph(tmp_path):
    mail = LINE + MAIL + b"\nFrom ama@example.org\nSubject: I quote\nand say no more.\n"
    assert raws(written(tmp_path / "march.mbox", mail)) == [mail]


@pytest.mark.parametrize(
    "first",
    [
        b"Return-Path: <x>\nDKIM-Signature: v=1;\n a=b\nReceived: by mx\n",
        b"Authentication-Results: mx;\n\tspf=pass\nReceived: by mx\n",
        b"ARC-Seal: i=1\nARC-Message-Signature: i=1\n",
        b"List-Id: <x>\n",
        b"Thread-Topic: figures\n",
        b"Organisation: Acme\nMood: good\nWeather: fair\n",
        b"Resent-From: x\nAuto-Submitted: no\n",
        b"X-Long: " + b"x" * 70_000 + b"\nReceived: by mx\n",
    ],
    ids=["DKIM", "authenticated", "ARC", "list", "Exchange", "unheard of", "resent", "long line"],
)
def test_no_header_keeps_a_message_without_an_empty_line_in_the_one_before(tmp_path, first):
    mails = [LINE + MAIL, LINE + first + MAIL]
    assert raws(written(tmp_path / "march.mbox", b"".join(mails))) == mails


def test_a_line_taken_for_text_that_looks_like_a_beginning_is_told(tmp_path):
    quoted = LINE + b"mood: good\n" * 8 + LINE + b"I wrote:\nFrom 9:30 on 7 March 2011 we\nsaw more.\n"
    path = written(tmp_path / "march.mbox", LINE + MAIL + quoted + b"\n" + LINE + MAIL + LINE)
    assert len(raws(path)) == 2
    (part,) = parts_of(path)
    assert ([span.doubts for span in part.spans], part.doubts) == ([2, 1], 3)
    (told,) = doubts_told(path, part.doubts)
    assert told.startswith(f"{path}: 3 lines look like the beginning of a message and were taken for text")


@pytest.mark.parametrize(
    ("name", "line", "quoting"),
    [
        ("a.mboxrd", LINE, "mboxrd"),
        ("a.mboxo", LINE, "mboxo"),
        ("a.mbox", LINE, "mboxo"),
        ("Inbox", b"From - Fri Aug 24 11:55:47 2018\n", "mboxrd"),
    ],
    ids=["named rd", "named o", "unnamed", "Thunderbird"],
)
def test_the_way_of_quoting_is_told_apart(tmp_path, name, line, quoting):
    (message,) = messages_in(written(tmp_path / name, line + MAIL))
    assert message.mbox == quoting


def test_an_eml_cut_out_of_an_mbox_keeps_its_envelope_line(tmp_path):
    (message,) = messages_in(written(tmp_path / "one.eml", LINE + MAIL))
    assert message.mbox == "mboxo"


def test_places_in_an_mbox_stay_when_it_grows(tmp_path):
    path = written(tmp_path / "march.mbox", (LINE + MAIL + b"\n") * 3)
    places = [message.uid for message in messages_in(path)]
    written(path, path.read_bytes() + LINE + MAIL + b"\n")
    length = len(LINE + MAIL) + 1
    assert places == [1, 1 + length, 1 + 2 * length]
    assert [message.uid for message in messages_in(path)] == [*places, 1 + 3 * length]


def test_a_truncated_mbox_gives_all_there_is_and_says_so(tmp_path):
    path = written(tmp_path / "march.mbox", LINE + MAIL + b"\n" + LINE + MAIL[:-9])
    assert raws(path) == [LINE + MAIL, LINE + MAIL[:-9]]
    (told,) = warnings_of(survey(path))
    assert "ends in the middle of a line" in told


def test_an_mbox_that_went_away_after_it_was_read_brings_no_warning(tmp_path):
    found = survey(written(tmp_path / "march.mbox", LINE + MAIL))
    (tmp_path / "march.mbox").unlink()
    assert warnings_of(found) == ()


def test_a_maildir_gives_new_and_cur_and_not_what_is_being_delivered(tmp_path):
    box = maildir(tmp_path / "box", new__1=MAIL, cur__2_2_S=MAIL + b"2\n", tmp__3=MAIL + b"3\n")
    assert [(message.folder, message.raw) for message in messages_in(box)] == [
        (f"{box}/1", MAIL),
        (f"{box}/2", MAIL + b"2\n"),
    ]


def test_a_maildir_message_read_by_somebody_meanwhile_is_found_under_its_new_name(tmp_path):
    box = maildir(tmp_path / "box", new__1=MAIL, new__2=MAIL)
    archive = messages_in(box)
    next(archive)
    (box / "new/2").rename(box / "cur/2:2,S")
    assert next(archive).folder == f"{box}/2"


def test_a_maildir_message_deleted_meanwhile_is_left_out(tmp_path):
    box = maildir(tmp_path / "box", new__1=MAIL, new__2=MAIL)
    archive = messages_in(box)
    next(archive)
    (box / "new/2").unlink()
    assert list(archive) == []


def test_a_maildir_that_vanishes_is_told(tmp_path):
    box = maildir(tmp_path / "box", new__1=MAIL, new__2=MAIL)
    archive = messages_in(box)
    next(archive)
    shutil.rmtree(box)
    (lost,) = archive
    assert (type(lost), lost.folder) == (NotRetrieved, f"{box}/2")


def test_an_empty_maildir_is_an_archive(tmp_path):
    assert raws(maildir(tmp_path / "box")) == []


def test_a_folder_of_all_kinds_is_read_in_order_and_other_files_are_left_out(tmp_path):
    written(tmp_path / "a/one.eml", MAIL)
    written(tmp_path / "b.mbox", LINE + MAIL)
    written(tmp_path / "notes.txt", b"Title: minutes\n\nnothing here\n")
    maildir(tmp_path / "c/.Sent", cur__9_2_S=MAIL)
    assert [Path(message.folder).relative_to(tmp_path).as_posix() for message in messages_in(tmp_path)] == [
        "a/one.eml",
        "b.mbox",
        "c/.Sent/9",
    ]
    assert survey(tmp_path).left_out == (tmp_path / "notes.txt",)
    assert sum(part.messages for part in parts_of(tmp_path)) == 3


def test_what_is_left_out_is_named_and_what_may_hold_mail_is_pointed_at(tmp_path):
    written(tmp_path / "a/one.eml", MAIL)
    written(tmp_path / "old.pst", b"!BDN")
    written(tmp_path / "plan.pdf", b"%PDF")
    (tmp_path / "link").symlink_to(tmp_path / "a", target_is_directory=True)
    named, held = warnings_of(survey(tmp_path))
    assert (
        named == f"3 files are no messages and were left out: {tmp_path}/link, {tmp_path}/old.pst, {tmp_path}/plan.pdf."
    )
    assert held.startswith(f"Mail may lie in {tmp_path}/old.pst: save or unpack it as mbox")
    for number in range(20):
        written(tmp_path / f"z{number}.pdf", b"%PDF")
    assert warnings_of(survey(tmp_path))[0].endswith(" and 13 more.")


def test_a_name_that_is_no_utf_8_is_kept_as_escapes_and_read(tmp_path):
    name = os.fsdecode(b"caf\xe9.eml")
    (tmp_path / name).write_bytes(MAIL)
    (part,) = parts_of(tmp_path)
    assert [file.place for file in part.files] == [f"{tmp_path}/caf\\xe9.eml"]
    plain = json.loads(json.dumps(part.plain(), ensure_ascii=False).encode())
    assert [message.raw for message in open_part(part_of(plain), account="archive")] == [MAIL]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.4 \x00", "does not begin as a message"),
        (b"", "does not begin as a message"),
        (b"Title: minutes\n\ntext\n", "does not begin as a message"),
    ],
    ids=["pdf", "empty", "some text"],
)
def test_a_file_that_is_no_archive_is_one_sentence(tmp_path, content, says):
    with pytest.raises(NotAnArchive, match=says):
        survey(written(tmp_path / "file.bin", content))


def test_a_folder_without_messages_is_one_sentence(tmp_path):
    written(tmp_path / "a.pdf", b"%PDF")
    with pytest.raises(NotAnArchive, match="holds no message, only one file of other kinds"):
        survey(tmp_path)


def test_a_path_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(NotAnArchive, match="is not there"):
        survey(tmp_path / "nothing")


def test_a_file_that_vanishes_stops_no_other(tmp_path):
    for name in ("a.mbox", "b.mbox", "c.mbox"):
        written(tmp_path / name, LINE + MAIL)
    archive = messages_in(tmp_path)
    next(archive)
    (tmp_path / "b.mbox").unlink()
    lost, last = archive
    assert isinstance(lost, NotRetrieved)
    assert "cannot be read" in lost.reason
    assert last.raw == LINE + MAIL


def test_an_eml_that_vanishes_is_told_and_the_others_follow(tmp_path):
    for name in ("a.eml", "b.eml", "c.eml"):
        written(tmp_path / name, MAIL)
    archive = messages_in(tmp_path)
    next(archive)
    (tmp_path / "b.eml").unlink()
    lost, last = archive
    assert (type(lost), lost.folder, last.folder) == (NotRetrieved, str(tmp_path / "b.eml"), str(tmp_path / "c.eml"))
    assert "No such file" in lost.reason


def test_an_msg_without_its_library_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "extract_msg", None)
    with pytest.raises(MsgSupportMissing, match=r"statshop-triage\[msg\]"):
        raws(written(tmp_path / "one.msg", b"\xd0\xcf\x11\xe0"))


class FakeMsg:
    """What extract_msg gives: a message whose boundaries are made up anew each time."""

    def __init__(self, problem: Exception | None = None) -> None:
        self._problem = problem

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def asEmailMessage(self):  # noqa: N802 - the library's own name
        if self._problem:
            raise self._problem
        message = EmailMessage()
        message["Subject"] = "figures"
        message.set_content("Please send them.")
        message.add_attachment(b"x", maintype="application", subtype="pdf")
        return message


def with_library(monkeypatch, problem=None):
    library = types.ModuleType("extract_msg")
    library.openMsg = lambda path: FakeMsg(problem)
    monkeypatch.setitem(sys.modules, "extract_msg", library)


def test_an_msg_is_the_same_mail_each_time(tmp_path, monkeypatch):
    with_library(monkeypatch)
    path = written(tmp_path / "one.msg", b"\xd0\xcf\x11\xe0")
    (first,), (second,) = raws(path), raws(path)
    assert first == second
    assert b"Subject: figures\r\n" in first


@pytest.mark.parametrize("problem", [KeyError("x"), OSError("not an OLE2 file"), AttributeError("y")])
def test_an_msg_that_is_none_is_one_sentence(tmp_path, monkeypatch, problem):
    with_library(monkeypatch, problem)
    with pytest.raises(ArchiveUnreadable, match=r"one\.msg cannot be read"):
        raws(written(tmp_path / "one.msg", b"no OLE file"))


def test_boundaries_of_an_msg_are_the_same_each_time():
    message = EmailMessage()
    message.set_content("text")
    message.add_attachment(b"x", maintype="application", subtype="pdf")
    settle_boundaries(message, "abc")
    assert message.get_boundary() == "=_abc_0"


def test_a_big_mbox_costs_no_memory(tmp_path):
    path = written(tmp_path / "big.mbox", (LINE + MAIL + b"x" * 10_000 + b"\n\n") * 3_000)
    tracemalloc.start()
    counted = sum(1 for _ in messages_in(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counted == 3_000
    assert peak < 2_000_000


def test_a_line_without_end_costs_no_memory_when_counted(tmp_path):
    path = written(tmp_path / "big.mbox", LINE + MAIL + b"x" * 20_000_000)
    tracemalloc.start()
    assert [part.messages for part in parts_of(path)] == [1]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("name", ["17.M1.host:2,S", "17.M1.host!2,FS", "17.M1.host;2,", "17.M1.host"])
def test_a_maildir_name_without_its_flags(name):
    assert unique_name(name) == "17.M1.host"
