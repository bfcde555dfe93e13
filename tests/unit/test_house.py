"""The house itself: the lock, the folders, what is packaged, and that it speaks of itself alone."""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
LOCK = (HOUSE / "requirements.lock").read_text()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail("the tests run in a git checkout")
    return [HOUSE / name for name in listed.stdout.splitlines() if (HOUSE / name).is_file()]


def test_the_lock_names_exact_versions_with_hashes() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) > 50
    assert [entry for entry in entries if not re.match(r"[\w.\[\],-]+==\S+ .*\\\n\s+--hash=sha256:", entry)] == []


def test_the_lock_names_no_address() -> None:
    assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links", LOCK) == []


def test_every_dependency_is_in_the_lock() -> None:
    import tomllib

    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["demo"]]
    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in named}
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", LOCK, re.MULTILINE)}
    assert names <= locked


def test_no_file_holds_a_path_of_a_machine_or_a_registry() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "/wo" + "rk/main", "/tmp/" + "house")
    found = [(path.name, host) for path in tracked() for host in hosts if host.encode() in path.read_bytes()]
    assert found == []


def test_the_package_brings_rules_templates_and_static_files(tmp_path: Path) -> None:
    import sys

    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*command, str(HOUSE)], check=True, capture_output=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [
        *(HOUSE / "classifiers/rules").rglob("*"),
        *(HOUSE / "review/templates").rglob("*"),
        *(HOUSE / "review/static").rglob("*"),
        *(HOUSE / "digests/templates").rglob("*"),
        *(HOUSE / "digests/static").rglob("*"),
        *(HOUSE / "storage/migrations").rglob("*.py"),
    ]
    files = {
        path.relative_to(HOUSE).as_posix() for path in wanted if path.is_file() and "__pycache__" not in path.parts
    }
    assert files
    assert files <= names
    assert not any(name.startswith(("tests/", "demo/", "benchmarks/")) for name in names)
