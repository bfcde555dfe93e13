"""`./run demo` as a newcomer runs it: the whole main job, told in words, and its files read back."""

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl

Ran = subprocess.CompletedProcess[str]
MONTHS = ("2010-11", "2010-12", "2011-01", "2011-02")


def digest_files(folder: Path, month: str, pattern: str) -> list[Path]:
    return sorted((folder / "var/demo/digests" / month / "draft/internal").glob(pattern))


def test_the_demo_does_the_whole_job_and_says_so(demo: tuple[Path, Ran]) -> None:
    _, said = demo
    assert said.returncode == 0, said.stderr
    for words in ("fetched 115, stored 113, duplicates 1, set aside 1", "Products", "Users", "need a person"):
        assert words in said.stdout
    assert "./run serve" in said.stdout
    assert "Traceback" not in said.stderr


def test_each_month_has_its_digest(demo: tuple[Path, Ran]) -> None:
    folder, _ = demo
    for month in MONTHS:
        for kind in ("*.html", "*.csv", "*.xlsx", "*.json", "*.ods"):
            assert digest_files(folder, month, kind), (month, kind)


def test_the_sheets_count_what_the_csv_counts(demo: tuple[Path, Ran]) -> None:
    folder, _ = demo
    (table,) = digest_files(folder, "2011-01", "messages-by-user-*.csv")
    (sheet,) = digest_files(folder, "2011-01", "*.xlsx")
    with table.open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    names = {str(cell.value) for page in openpyxl.load_workbook(sheet) for row in page.iter_rows() for cell in row}
    assert rows
    assert all(next(iter(row.values())) in names for row in rows)


def test_a_second_run_says_that_nothing_is_new(demo: tuple[Path, Ran], run_in: Callable[..., Ran]) -> None:
    folder, _ = demo
    again = run_in(folder, "demo")
    assert again.returncode == 0, again.stderr
    assert "nothing new" in again.stdout


def test_the_export_holds_every_message_with_its_evidence(demo: tuple[Path, Ran], run_in: Callable[..., Ran]) -> None:
    folder, _ = demo
    said = run_in(folder, "pipeline.commands.main", "--config", "var/demo/config.toml", "export", "--jsonl")
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.returncode == 0, said.stderr
    assert len(rows) == 114
    assert len({row["mail_sha256"] for row in rows}) == 114


def test_fresh_starts_over(tmp_path: Path, run_in: Callable[..., Ran], demo: tuple[Path, Ran]) -> None:
    folder, first = demo
    fresh = run_in(folder, "demo", "--fresh")
    assert fresh.returncode == 0, fresh.stderr
    assert "fetched 115, stored 113" in fresh.stdout
    assert fresh.stdout.splitlines()[3:30] == first.stdout.splitlines()[3:30]
