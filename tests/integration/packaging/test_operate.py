"""What docs/operate.md prints, run as it is printed, in a root of its own; stand-ins for what changes a machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]
PAGE = (HOUSE / "docs/operate.md").read_text()
STAND_INS = {
    "runuser": 'test "$1 $2 $3" = "-u statshop --" && shift 3 && exec "$@"',
    "install": """
        left=$#
        while [ $left -gt 0 ]; do
            case $1 in
                -o | -g) shift 2; left=$((left - 2)) ;;
                *) set -- "$@" "$1"; shift; left=$((left - 1)) ;;
            esac
        done
        exec /usr/bin/install "$@"
    """,
    "systemctl": 'echo "systemctl $*"',
    "adduser": "true",
    "git": 'echo "git $*"',
    "journalctl": "true",
}
MAIL = b"From: a@example.org\r\nDate: Tue, 01 Mar 2011 09:00:00 +0000\r\n\r\nHow many people volunteer?\r\n"


def printed_under(heading: str) -> list[str]:
    """Give the command blocks below a heading."""
    section = re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    return re.findall(r"^```\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)


class Machine:
    """A root of its own: paths of the page mean what lies in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        tools = root / "tools"
        tools.mkdir(parents=True)
        for name, script in STAND_INS.items():
            self._script(tools / name, script)
        for folder in ("opt", "etc/systemd/system", "var/backups", "var/lib", "usr/local/sbin"):
            (root / folder).mkdir(parents=True)
        program = root / "opt/statshop/.venv/bin"
        program.mkdir(parents=True)
        self._script(program / "statshop", f'PYTHONPATH={HOUSE} exec {sys.executable} -m pipeline.commands.main "$@"')
        (root / "opt/statshop/config.toml").symlink_to(HOUSE / "config.toml")
        shutil.copytree(HOUSE / "packaging", root / "opt/statshop/packaging")
        wrapper = root / "opt/statshop/packaging/statshop"
        wrapper.write_text(self.here(wrapper.read_text()))

    def run(self, block: str, **variables: str) -> str:
        """Run a block, stopping at the first command that fails; gives what it said."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
        path = f"{self.root}/usr/local/sbin:{self.root}/tools:{os.environ['PATH']}"
        environment = {**kept, "PATH": path, "HOME": str(self.root), **variables}
        done = subprocess.run(
            ["bash", "-e", "-c", self.here(block)],
            env=environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def here(self, text: str) -> str:
        """Let the paths of a machine mean those of this root."""
        return re.sub(r"(?<![\w/.])/(?=(opt|etc|var|usr/local)/)|(?<=sqlite:///)/(?=var/)", f"{self.root}/", text)

    def _script(self, file: Path, text: str) -> None:
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Install as the page says, but for the virtual environment."""
    made = Machine(tmp_path / "root")
    steps = printed_under("Install")[0].replace("git clone REPOSITORY /opt/statshop && ", "").splitlines()
    made.run("\n".join(step for step in steps if "pip install" not in step and "venv" not in step))
    return made


@pytest.fixture
def installed(machine: Machine) -> Machine:
    """Name the database as the page says, and store a mail."""
    settings = machine.root / "etc/statshop/config.toml"
    url = f'url = "sqlite:///{machine.root}/var/lib/statshop/statshop.db"'
    settings.write_text(re.sub(r'^url = "sqlite.*?"', url, settings.read_text(), flags=re.MULTILINE))
    (machine.root / "one.eml").write_bytes(MAIL)
    machine.run(f"statshop import {machine.root}/one.eml")
    return machine


def test_backing_up_and_practising_run_as_printed(installed: Machine) -> None:
    first, practise = printed_under("Back up")
    assert "1 message, " in installed.run(first)
    said = installed.run(practise)
    assert "1 message" in said
    assert not (installed.root / "var/lib/statshop/trial").exists()
    assert (installed.root / "var/lib/statshop/statshop.db").exists()


def test_an_upgrade_as_printed_brings_on_the_database_of_the_service(installed: Machine) -> None:
    (block, *_) = printed_under("Upgrade")
    lines = [line for line in block.splitlines() if "pip install" not in line]
    (installed.root / "etc/systemd/system/statshop.service").write_text("old")
    said = installed.run("\n".join(lines).replace("statshop doctor && ", ""))
    assert f"{installed.root}/var/lib/statshop/statshop.db." in said
    assert "It is new" not in said
    assert "systemctl stop statshop*" in said
    assert not (installed.root / "opt/statshop/var").exists()
    units = installed.root / "etc/systemd/system"
    assert (units / "statshop.service").read_text() == (HOUSE / "packaging/systemd/statshop.service").read_text()
    assert not (units / "statshop-poll.timer").exists()


@pytest.mark.parametrize("secret", ["pa$$word #1", "two words; and more", 'a"b\\n'])
def test_a_secret_in_single_quotes_arrives_as_it_is(machine: Machine, secret: str) -> None:
    (machine.root / "etc/statshop/environment").write_text(f"STATSHOP_X='{secret}'\n")
    program = machine.root / "opt/statshop/.venv/bin/statshop"
    program.write_text('#!/bin/sh\nprintf %s "$STATSHOP_X"\n')
    assert machine.run("statshop") == secret
