"""What `./run test` runs: sees to the programs the tests need, says plainly what it leaves out, then calls pytest."""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from fakes.machines import can_make_machines

HOUSE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Need:
    """A group of tests, the program (or else the library) they need, and the Debian package that brings it."""

    marker: str
    package: str
    program: str = ""
    library: str = ""


NEEDS = (
    Need(marker="dovecot", program="dovecot", package="dovecot-imapd"),
    Need(marker="browser", program="chromium", package="chromium"),
    Need(marker="systemd", program="systemd-analyze", package="systemd"),
    Need(marker="pango", library="pangoft2-1.0", package="libpangoft2-1.0-0"),
    Need(marker="office", program="soffice", package="libreoffice-calc"),
)


def found(need: Need) -> bool:
    """Tell whether a program or library is there, a program also where only the administrator's path has it."""
    if need.library:
        return find_library(need.library) is not None
    return shutil.which(need.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages where this account may; say so, and go on where it does not work."""
    if not packages or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing what the tests need: {' '.join(packages)}", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=environment, **quiet)


def main(words: list[str]) -> int:
    """Run the tests; in CI (the variable CI is set) a missing program is a failure, elsewhere its group is left out."""
    install([need.package for need in NEEDS if not found(need)])
    missing = [need for need in NEEDS if not found(need)]
    for need in missing:
        lacking = need.program or need.library
        print(f"LEFT OUT: tests marked {need.marker!r}, since {lacking} is not installed (Debian: {need.package}).")
    if missing and os.environ.get("CI"):
        print("CI leaves nothing out: install the packages above.")
        return 1
    left_out = [need.marker for need in missing]
    if not (HOUSE.parent / "shared" / "corpora").is_dir():
        print("LEFT OUT: tests marked 'corpora': other people's messages do not lie beside this checkout.")
        left_out.append("corpora")
    if not can_make_machines():
        print("LEFT OUT: tests marked 'machines': this account may not make networks of its own (root may, with `ip`).")
        left_out.append("machines")
    chosen = " and ".join(f"not {marker}" for marker in left_out)
    command = [sys.executable, "-m", "pytest", *(["-m", chosen] if chosen else []), *words]
    return subprocess.run(command, cwd=HOUSE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
