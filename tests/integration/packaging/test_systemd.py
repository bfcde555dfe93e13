"""The systemd units: as systemd reads them, without a word of complaint, and hardened."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.commands.main import COMMANDS

UNITS = Path(__file__).parents[3] / "packaging/systemd"
SERVICES = sorted(UNITS.glob("*.service"))
MOST_EXPOSED = 3.0
systemd = pytest.mark.systemd


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    """Give the units as they are installed, with programs and pages that are there."""
    program = tmp_path / "statshop"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/statshop/.venv/bin/statshop", str(program))
        text = re.sub(r"^(User|Group)=statshop$", r"\1=daemon", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    return tmp_path


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program
    environment = {**os.environ, "SYSTEMD_LOG_LEVEL": "warning"}
    return subprocess.run([program, *words], capture_output=True, text=True, env=environment, timeout=60, check=False)


@systemd
@pytest.mark.parametrize("unit", sorted(UNITS.iterdir()), ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say_against_a_unit(unit: Path, rendered: Path) -> None:
    said = analyze("verify", "--man=no", str(rendered / unit.name))
    assert (said.returncode, said.stderr) == (0, "")


@systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_hardened(unit: Path, rendered: Path) -> None:
    said = analyze("security", "--offline=true", "--no-pager", str(rendered / unit.name))
    found = re.search(r"exposure level for \S+: ([\d.]+)", said.stdout)
    assert found, said.stdout + said.stderr
    assert float(found[1]) < MOST_EXPOSED


@systemd
def test_a_mistake_would_be_noticed(rendered: Path) -> None:
    unit = rendered / "statshop.service"
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHom=yes"))
    assert "Unknown key" in analyze("verify", "--man=no", str(unit)).stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_units_call_commands_that_there_are(unit: Path) -> None:
    calls = re.findall(r"^ExecStart=-?(.*)$", unit.read_text(), re.MULTILINE)
    assert calls
    assert {shlex.split(call)[3] for call in calls} <= {command.name for command in COMMANDS}


def test_each_timer_has_its_service() -> None:
    assert [timer.name for timer in UNITS.glob("*.timer") if not timer.with_suffix(".service").exists()] == []
