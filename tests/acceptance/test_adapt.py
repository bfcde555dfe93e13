"""Another team begins: init, rules check, a message of its own classified, as its people would do it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Ran = subprocess.CompletedProcess[str]
MESSAGE = b"""From: Petra Vance <secretary@allotmentholders.example>
To: growing@gardens.example
Subject: Water in gardens
Date: Tue, 01 Mar 2011 10:00:00 +0000
Message-ID: <water@allotmentholders.example>

Hello

Could you send us the Water Use in Gardens tables by region? We use your figures to monitor the performance of our
water saving scheme.

Petra Vance
"""
ANSWERS = (
    *("--survey", "Allotments and Gardens Survey", "--mailbox", "growing@gardens.example"),
    *("--organisation", "Department for Gardens", "--area", "Great Britain"),
    *("--product", "Allotments and Gardens Survey: Waiting Lists; waiting list"),
    *("--product", "Allotments and Gardens Survey: Water Use in Gardens; hosepipe, water butts"),
    *("--user", "Society of Allotment Holders; allotmentholders.example"),
)


def test_a_second_team_is_set_up_and_classifies_its_mail(tmp_path: Path, run_in: Callable[..., Ran]) -> None:
    def statshop(*words: str, folder: Path = tmp_path / "allotments") -> Ran:
        return run_in(folder, "pipeline.commands.main", *words)

    made = statshop("init", "allotments", *ANSWERS, folder=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    checked = statshop("rules", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert ", 0 that do not do what they say" in checked.stdout
    (tmp_path / "allotments/water.eml").write_bytes(MESSAGE)
    classified = statshop("classify", "--jsonl", "water.eml")
    (row,) = map(json.loads, classified.stdout.splitlines())
    assert row["products"] == ["water-use-in-gardens"]
    assert row["user_category"] == "society-of-allotment-holders"
    assert 'coverage_area = "Great Britain"' in (tmp_path / "allotments/config.toml").read_text()
    assert (row["uses"], row["channels"]) == (["monitoring"], ["usage-feedback", "data-request"])


def test_an_address_that_is_none_is_refused(tmp_path: Path, run_in: Callable[..., Ran]) -> None:
    failed = run_in(tmp_path, "pipeline.commands.main", "init", "allotments", *ANSWERS, "--mailbox", "not an address")
    assert failed.returncode == 1
    assert "is not an address" in failed.stderr
    assert not (tmp_path / "allotments").exists()


def test_what_nobody_can_be_asked_for_is_named(tmp_path: Path, run_in: Callable[..., Ran]) -> None:
    failed = run_in(tmp_path, "pipeline.commands.main", "init", "allotments", *ANSWERS[2:])
    assert failed.returncode == 1
    assert failed.stderr.startswith("Say --survey:")


def test_a_product_without_a_title_is_refused(tmp_path: Path, run_in: Callable[..., Ran]) -> None:
    failed = run_in(tmp_path, "pipeline.commands.main", "init", "allotments", *ANSWERS, "--product", "; words")
    assert (failed.returncode, "A --product has no title" in failed.stderr) == (1, True)
    assert not (tmp_path / "allotments").exists()
