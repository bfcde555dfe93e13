"""A worker that does not see an archive takes nothing of it for bad mail."""

import threading
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from pipeline.commands.import_ import stretches_in
from pipeline.commands.job_functions import FUNCTIONS, Bench
from pipeline.commands.opening import clock
from pipeline.config import load_settings
from pipeline.errors import ArchiveUnseen
from pipeline.flow.reading import MessageReader, ReadingContext
from pipeline.jobs.calls import IMPORT
from pipeline.mail.archive import is_unseen, part_of, survey
from storage.engine import Store
from storage.runs import status_counts
from storage.works import Work, begin_work, progress_of, stretch_of


class ReaderHere:
    """Reads in this process, and lends itself."""

    def __init__(self) -> None:
        self._reader = MessageReader(ReadingContext())

    def read(self, raws: Any, now: Any) -> Any:
        return ((raw, self._reader.read(raw, now)) for raw in raws)

    def lent(self) -> AbstractContextManager["ReaderHere"]:
        return nullcontext(self)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").touch()
    path = tmp_path / "archive"
    path.mkdir()
    for number in range(3):
        (path / f"{number}.eml").write_bytes(b"From: a@example.org\r\nSubject: %d\r\n\r\nFigures?\r\n" % number)
    return path


def begun(store: Store, folder: Path) -> Work:
    stretches = stretches_in(folder, survey(folder), "archive", Counter())
    return begin_work(store, "import", "basis", stretches, now=clock())


def bench(store: Store, house: Path) -> Bench:
    parts: dict[str, Any] = {
        "store": store,
        "settings": load_settings(house / "config.toml"),
        "house": house,
        "readers": ReaderHere(),
    }
    return Bench(**parts, stop=threading.Event(), hand_out=lambda calls: None)


def test_a_folder_that_a_worker_does_not_see_is_left_for_another(
    sqlite_store: Store, folder: Path, tmp_path: Path
) -> None:
    work = begun(sqlite_store, folder)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(ArchiveUnseen, match="--here"):
        FUNCTIONS[IMPORT.queue](bench(sqlite_store, tmp_path), work=work.id, stretch=0)
    assert (progress_of(sqlite_store, work.id).left, status_counts(sqlite_store).set_aside) == (1, 0)
    (tmp_path / "elsewhere").rename(folder)
    FUNCTIONS[IMPORT.queue](bench(sqlite_store, tmp_path), work=work.id, stretch=0)
    counts = status_counts(sqlite_store)
    assert (progress_of(sqlite_store, work.id).left, counts.messages, counts.set_aside) == (0, 3, 0)


def test_files_that_were_removed_from_a_folder_that_is_there_are_named_one_by_one(
    sqlite_store: Store, folder: Path, tmp_path: Path
) -> None:
    work = begun(sqlite_store, folder)
    for file in folder.iterdir():
        file.unlink()
    stretch = stretch_of(sqlite_store, work.id, 0)
    assert stretch is not None
    assert not is_unseen(part_of(stretch.what))
    FUNCTIONS[IMPORT.queue](bench(sqlite_store, tmp_path), work=work.id, stretch=0)
    assert status_counts(sqlite_store).set_aside == 3
