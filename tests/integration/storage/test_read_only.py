"""A database on a disk that is mounted read-only: looked at as it is, or told why not; never shown as an empty one."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from storage import boxes
from storage.backup import backup, inspect
from storage.boxes import KnownMailbox
from storage.engine import open_store
from storage.errors import DiskReadOnly, FileUnusable
from storage.messages import export_rows, save_batch
from storage.read_only import is_immutable
from storage.upgrade import upgrade

MOUNTED = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@"'


@pytest.fixture
def kept(tmp_path, new_message, now):
    """Give the file of a database that was closed in good order, with three messages."""
    file = tmp_path / "house" / "statshop.db"
    upgrade(f"sqlite:///{file}")
    with open_store(f"sqlite:///{file}") as store:
        save_batch(store, [*map(new_message, (1, 2, 3))], None, now=now)
    assert list(file.parent.iterdir()) == [file]
    return file


@pytest.fixture
def on_a_read_only_disk(kept, monkeypatch):
    for place in ("storage.read_only", "storage.wrapping"):
        monkeypatch.setattr(f"{place}.lies_read_only", lambda file: file == kept)


def test_it_is_read_and_nothing_is_made_beside_it(kept, on_a_read_only_disk):
    with open_store(f"sqlite:///{kept}") as store:
        assert len(list(export_rows(store))) == 3
        assert list(kept.parent.iterdir()) == [kept]


def test_what_would_be_kept_is_refused_in_words(kept, on_a_read_only_disk, now):
    with open_store(f"sqlite:///{kept}") as store, pytest.raises(DiskReadOnly) as told:
        boxes.know_mailboxes(store, [KnownMailbox(account="a-1", name="a", own_rules=False, since=now)])
    assert f"The database {kept} lies on a disk that can only be read. Commands that only look" in str(told.value)


def test_a_file_that_is_written_elsewhere_is_not_taken_for_immutable(kept, on_a_read_only_disk):
    """A container that mounts a folder read-only, while the service writes it: the log is empty, and will not be."""
    assert is_immutable(kept)
    (log := kept.with_name("statshop.db-wal")).touch()
    assert is_immutable(kept)
    (index := kept.with_name("statshop.db-shm")).touch()
    assert not is_immutable(kept)
    index.unlink()
    log.write_bytes(b"frames")
    assert not is_immutable(kept)


def test_it_can_be_backed_up(kept, on_a_read_only_disk, tmp_path):
    with open_store(f"sqlite:///{kept}") as store:
        assert backup(store, tmp_path / "copy.db").messages == 3
    assert inspect(tmp_path / "copy.db").messages == 3


@cache
def can_mount() -> bool:
    """Say whether this account may mount in a name space of its own: not everywhere where tests run."""
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /tmp"]
    return bool(shutil.which("unshare")) and subprocess.run(tried, capture_output=True, check=False).returncode == 0


def statshop(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Call the command in a folder that is mounted read-only."""
    program = [sys.executable, "-m", "pipeline.commands.main", *words]
    call = ["unshare", "-rm", "sh", "-c", MOUNTED, "sh", str(house), *program]
    paths = {"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(call, capture_output=True, text=True, check=False, env={**os.environ, **paths}, timeout=60)


@pytest.fixture
def house(kept):
    if not can_mount():
        pytest.skip("mounts are not allowed here")
    (kept.parent / "config.toml").write_text(f'[storage]\nurl = "sqlite:///{kept.name}"\n')
    return kept.parent


def test_commands_that_look_work_on_a_disk_mounted_read_only(house):
    shown = statshop(house, "status")
    assert (shown.returncode, shown.stdout.splitlines()[0][:24]) == (0, "STATSHOP OK - 3 messages")
    assert len(statshop(house, "export").stdout.splitlines()) == 3
    assert "FAIL database: " in statshop(house, "doctor").stdout
    refused = statshop(house, "upgrade")
    assert (refused.returncode, "lies on a disk that can only be read. Commands" in refused.stderr) == (1, True)


def test_a_log_left_beside_it_is_read_or_asked_for(house, new_message, now):
    """A killed process leaves what it wrote last in the log: without it a message would be missing."""
    with open_store(f"sqlite:///{house}/statshop.db") as store:
        save_batch(store, [new_message(4)], None, now=now)
        for ending in ("", "-wal", "-shm"):
            shutil.copy(house / f"statshop.db{ending}", house / f"killed.db{ending}")
    (house / "config.toml").write_text('[storage]\nurl = "sqlite:///killed.db"\n')
    assert statshop(house, "status").stdout.startswith("STATSHOP OK - 4 messages")
    (house / "killed.db-shm").unlink()
    told = statshop(house, "status")
    assert (told.returncode, "may stand in killed.db-wal beside it" in told.stdout) == (2, True)
    assert "copy killed.db and killed.db-wal together" in told.stdout


def test_a_file_that_is_not_there_is_no_empty_store(house):
    (house / "statshop.db").unlink()
    told = statshop(house, "status")
    assert (told.returncode, "it is not there, and nothing can be made on a disk" in told.stdout) == (2, True)


def test_a_folder_that_may_not_be_written_is_told_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.engine.os.open", lambda *parts: (_ for _ in ()).throw(PermissionError(13, "Denied")))
    with pytest.raises(FileUnusable, match="has to be able to write it"):
        open_store(f"sqlite:///{tmp_path}/new.db")
