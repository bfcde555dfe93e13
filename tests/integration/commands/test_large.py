"""Large works: the same result by one process, by several and by workers; left in the middle and gone on with."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from classifiers.catalogue import PACKAGED
from classifiers.errors import RulesUnreadable
from pipeline.commands.job_functions import FUNCTIONS, Bench, reader_shelf
from pipeline.commands.opening import clock, opened
from pipeline.commands.readers import work_basis
from pipeline.config import load_settings
from pipeline.jobs.calls import RETAG
from storage.engine import open_store
from storage.jobs import jobs
from storage.messages import export_rows
from storage.records import RunOutcome
from storage.runs import runs
from storage.stretches import SIZE, stretches_of
from storage.works import begin_work, progress_of, works

CHECKOUT = Path(__file__).parents[3]
COUNT = 2 * SIZE + 40
EASIER = ("STATSHOP_RULES__PERSON_BELOW", "0.2")  # for the first of three messages no person is needed then
WORDS = ("We use the Citizenship Survey to plan our work.", "Where is the Place Survey?", "Thank you, and goodbye.")


@pytest.fixture
def box(house: Path) -> Path:
    """Write an mbox of distinct messages."""
    path = house / "box.mbox"
    path.write_bytes(b"".join(mail(number) for number in range(COUNT)))
    return path


def mail(number: int) -> bytes:
    day = f"{number % 28 + 1:02} Feb 2011 09:{number % 60:02}:00 +0000"
    head = f"From: P{number} <p{number}@example.org>\nTo: team@example.org\nSubject: Question {number}\nDate: {day}\n"
    body = f"{WORDS[number % len(WORDS)]} This is number {number}.\n\n"
    return f"From p@example.org Tue Feb 01 09:00:00 2011\n{head}Message-ID: <{number}@example.org>\n\n{body}".encode()


def exported(url: str) -> list[Any]:
    """Give all that is stored but for when it was."""
    with open_store(url) as store:
        return [{key: value for key, value in row.items() if key != "receipt"} for row in export_rows(store)]


@contextmanager
def worker(house: Path, url: str) -> Iterator[None]:
    """Let two worker processes take jobs."""
    environment = {**os.environ, "STATSHOP_STORAGE__URL": url, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "pipeline.commands.main", "worker", "--processes", "2"]
    process = subprocess.Popen(command, cwd=house, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def imported_twice(house: Path, statshop: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Import the box by one process, with rules of the house's own; give the database, and another like it."""
    one, several = f"sqlite:///{house}/one.db", f"sqlite:///{house}/several.db"
    monkeypatch.setenv("STATSHOP_STORAGE__ERASURE_KEY", "k" * 32)
    monkeypatch.setenv("STATSHOP_RULES__FOLDER", str(shutil.copytree(PACKAGED, house / "rules")))
    set_up(monkeypatch, one, at_once=1, readers=1)
    assert statshop("import", "box.mbox")[0] == 0
    shutil.copy(house / "one.db", house / "several.db")
    return one, several


@pytest.mark.postgres
def test_one_process_several_and_workers_give_the_same(
    house: Path, box: Path, statshop: Any, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, several = imported_twice(house, statshop, monkeypatch)
    monkeypatch.setenv(*EASIER)
    before = exported(one)
    said = retagged(statshop)
    assert f"{(COUNT + 2) // 3} verdicts changed" in said
    assert exported(one) != before
    set_up(monkeypatch, several, at_once=3, readers=2)
    assert retagged(statshop) == said
    assert exported(several) == exported(one)
    set_up(monkeypatch, postgres_url, at_once=2, readers=1)
    monkeypatch.delenv(EASIER[0])
    with worker(house, postgres_url):
        assert f"{COUNT} messages, stored {COUNT}" in statshop("import", "box.mbox")[1]
    assert exported(postgres_url) == before
    monkeypatch.setenv(*EASIER)
    with worker(house, postgres_url):
        assert retagged(statshop) == said
    assert exported(postgres_url) == exported(one)


@pytest.mark.postgres
def test_rebuild_and_verify_give_the_same_by_one_process_several_and_workers(
    house: Path, box: Path, statshop: Any, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went wrong is made again of the bytes; bytes that went wrong are named, and nothing is made of them."""
    one, several = imported_twice(house, statshop, monkeypatch)
    right = exported(one)
    set_up(monkeypatch, postgres_url, at_once=2, readers=1)
    statshop("import", "box.mbox", "--here")
    made: dict[str, Any] = {}
    for url, at_once, readers in ((one, 1, 1), (several, 3, 2), (postgres_url, 2, 1)):
        set_up(monkeypatch, url, at_once=at_once, readers=readers)
        spoil(url)
        assert exported(url) != right
        with worker(house, url) if url == postgres_url else nullcontext():
            rebuilt, verified = statshop("rebuild"), statshop("verify")
        faults = sorted(line for line in verified[1].splitlines() if line.startswith("message "))
        made[url] = (exported(url), rebuilt[0], rebuilt[1].splitlines()[0], verified[0], faults)
    assert made[one] == made[several] == made[postgres_url]
    assert made[one][:2] == (right, 1)
    assert len(made[one][4]) == COUNT // 50


def spoil(url: str) -> None:
    """Write wrong subjects and wrong digests of bytes, as a parser's fault and a broken disk would."""
    with open_store(url) as store, store.writing() as session:
        do = session.connection().execute
        do(text("UPDATE message SET subject = 'wrong', sender_name = 'wrong' WHERE id % 7 = 0"))
        do(text("UPDATE message SET raw_sha256 = 'other' WHERE id % 50 = 0"))


def retagged(statshop: Callable[..., tuple[int, str]]) -> str:
    status, said = statshop("retag")
    assert status == 0
    return said.splitlines()[0]


def set_up(monkeypatch: pytest.MonkeyPatch, url: str, *, at_once: int, readers: int) -> None:
    monkeypatch.setenv("STATSHOP_STORAGE__URL", url)
    monkeypatch.setenv("STATSHOP_WORKERS__JOBS_AT_ONCE", str(at_once))
    monkeypatch.setenv("STATSHOP_READING__WORKERS", str(readers))


def test_a_work_that_broke_off_is_gone_on_with(house: Path, box: Path, statshop: Any) -> None:
    url = f"sqlite:///{house}/var/statshop.db"
    assert statshop("import", "box.mbox")[0] == 0
    with open_store(url) as store:
        damage(store, 1)
    assert statshop("verify")[0] == 1
    with open_store(url) as store:
        (last, _), *_ = works(store)
        reopen(store, last.id, 1)
    status, said = statshop("verify")
    assert f"Going on with what was interrupted: {COUNT - SIZE} of {COUNT} messages are done." in said
    assert (status, f"{COUNT} messages compared" in said, "message 1: its bytes" in said) == (1, True, True)
    assert "Going on" not in statshop("verify", "--anew")[1]
    assert f"{COUNT} of {COUNT}, done, 1 fault found" in statshop("jobs")[1]


def test_a_verify_that_was_ended_is_not_said_to_be_well(
    house: Path, box: Path, statshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statshop("import", "box.mbox")[0] == 0
    asked = threading.Event()
    asked.set()
    monkeypatch.setattr("pipeline.commands.large.stop_on_signals", lambda: asked)
    status, said = statshop("verify")
    assert (status, f"with {COUNT} messages left" in said, "tables agree" in said) == (1, True, False)


def test_what_an_older_program_or_other_settings_began_is_begun_anew(
    house: Path, box: Path, statshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statshop("import", "box.mbox")[0] == 0

    def rebuilt() -> str:
        with open_store(f"sqlite:///{house}/var/statshop.db") as store:
            reopen(store, works(store)[0][0].id, 1)
        return str(statshop("rebuild")[1])

    statshop("rebuild")
    assert "Going on" in rebuilt()
    monkeypatch.setenv("STATSHOP_SITE__TEAM_ADDRESSES", "team@example.org")
    assert "Going on" not in rebuilt()
    monkeypatch.setattr("pipeline.commands.readers._program", lambda: "a newer one")
    assert f"Made {COUNT} messages again" in (said := rebuilt())
    assert "Going on" not in said


def damage(store: Any, message: int) -> None:
    with store.writing() as session:
        done = text("UPDATE message SET raw_sha256 = 'other' WHERE id = :id")
        session.connection().execute(done, {"id": message})


def reopen(store: Any, work: int, stretch: int) -> None:
    """Make a work as it was before one of its stretches was done, over the messages that are stored now."""
    over = {one.number: one.what for one in stretches_of(store)}
    here = {"work": work, "stretch": stretch, "what": json.dumps(over[stretch])}
    with store.writing() as session:
        do = session.connection().execute
        do(text("UPDATE work SET ended_at = NULL WHERE id = :work"), here)
        undone = "UPDATE work_part SET done_at = NULL, counts = '{}', what = :what"
        do(text(f"{undone} WHERE work_id = :work AND number = :stretch"), here)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_an_import_ends_no_import_of_another_archive(
    house: Path, statshop: Any, database: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else f"sqlite:///{house}/var/statshop.db"
    monkeypatch.setenv("STATSHOP_STORAGE__URL", url)
    for name, numbers in (("a", range(3)), ("b", range(3, 5))):
        (house / f"{name}.mbox").write_bytes(b"".join(mail(number) for number in numbers))
    statshop("import", "a.mbox", "--here")
    with open_store(url) as store:
        ((first, _),) = works(store)
        reopen(store, first.id, 0)
    statshop("import", "b.mbox", "--here")
    with open_store(url) as store:
        assert [work.ended_at is None for work, _ in works(store)] == [False, True]
    with (house / "a.mbox").open("ab") as grown:
        grown.write(mail(9))
    statshop("import", "a.mbox", "--here")
    with open_store(url) as store:
        assert [work.ended_at is None for work, _ in works(store)] == [False, False, False]


@pytest.mark.parametrize("words", ["retag", "rebuild"])
@pytest.mark.postgres
def test_nothing_is_handed_to_workers_where_the_rules_have_a_mistake(
    house: Path, statshop: Any, postgres_url: str, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    (house / "box.mbox").write_bytes(mail(1))
    own_rules(house, monkeypatch)
    set_up(monkeypatch, postgres_url, at_once=1, readers=1)
    statshop("import", "box.mbox", "--here")
    break_rules(house)
    status, said = statshop(words)
    assert (status, "users.toml:4" in said) == (1, True)
    with open_store(postgres_url) as store:
        assert [work.kind for work, _ in works(store)] == ["import"]
        assert (runs(store, job=words)[0].outcome, jobs(store)) == (RunOutcome.FAILED, ())


def test_a_worker_does_no_part_of_a_retag_by_the_rules_of_yesterday(
    house: Path, statshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (house / "box.mbox").write_bytes(mail(1))
    own_rules(house, monkeypatch)
    set_up(monkeypatch, f"sqlite:///{house}/var/statshop.db", at_once=1, readers=1)
    statshop("import", "box.mbox")
    break_rules(house)
    settings = load_settings(house / "config.toml")
    with opened(settings, house) as store, reader_shelf(settings, house) as readers:
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=threading.Event())
        basis = work_basis(settings, house)
        work = begin_work(store, "retag", basis, stretches_of(store), now=clock())
        with pytest.raises(RulesUnreadable, match=r"users\.toml:4"):
            FUNCTIONS[RETAG.queue](bench, work=work.id, stretch=0)
        assert progress_of(store, work.id).left == 1


def own_rules(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSHOP_RULES__FOLDER", str(shutil.copytree(PACKAGED, house / "rules")))


def break_rules(house: Path) -> None:
    users = house / "rules" / "users.toml"
    users.write_text("broken = [\n" + users.read_text())
