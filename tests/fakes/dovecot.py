"""A private Dovecot on loopback, for tests: any user, password "secret"."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_NOBODY = pwd.getpwnam("nobody")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dovecot:
    """A running server: `maildir` is the INBOX of the user "statshop"."""

    port: int
    tls_port: int
    maildir: Path
    folder: Path


@contextmanager
def running_dovecot(folder: Path, *, options: str = "", certificate: Path | None = None) -> Iterator[Dovecot]:
    """Start a Dovecot and stop it at the end; `certificate` is a PEM file that holds certificate and key."""
    server = Dovecot(port=_free_port(), tls_port=_free_port(), maildir=folder / "mail/statshop/Maildir", folder=folder)
    for name in ("cur", "new", "tmp"):
        (server.maildir / name).mkdir(parents=True)
    config = folder / "dovecot.conf"
    config.write_text(_config(server, options, certificate))
    _hand_to_server(folder)
    subprocess.run(["dovecot", "-c", config], check=True)
    try:
        _wait_for(server.port)
        yield server
    finally:
        subprocess.run(["dovecot", "-c", config, "stop"], check=False)


def _config(server: Dovecot, options: str, certificate: Path | None) -> str:
    folder, is_root = server.folder, os.getuid() == 0
    me = pwd.getpwuid(os.getuid())
    mail_uid, mail_gid = (_NOBODY.pw_uid, _NOBODY.pw_gid) if is_root else (me.pw_uid, me.pw_gid)
    users = "" if is_root else f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}\n"
    tls = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{certificate}" if certificate else "ssl = no"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = statshop-test-{server.port}
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
{users}mail_uid = {mail_uid}
mail_gid = {mail_gid}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u/Maildir
mailbox_list_index = no
auth_failure_delay = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port if certificate else 0}
    ssl = {"yes" if certificate else "no"}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/mail/%u
}}
{options}
"""


def _hand_to_server(folder: Path) -> None:
    """Let the server's user reach and own the mail: pytest makes its folders for this user only."""
    if os.getuid() != 0:
        return
    for parent in (folder, *list(folder.parents)[:4]):
        if parent.stat().st_uid == 0 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    for path in (folder / "mail").rglob("*"):
        shutil.chown(path, _NOBODY.pw_uid, _NOBODY.pw_gid)
    shutil.chown(folder / "mail", _NOBODY.pw_uid, _NOBODY.pw_gid)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                if probe.recv(100):
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"Dovecot does not answer on port {port}")
