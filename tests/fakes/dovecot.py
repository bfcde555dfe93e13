"""A private Dovecot on loopback, for tests: any user, password "secret"."""

import grp
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
from tempfile import TemporaryDirectory

_NOBODY = pwd.getpwnam("nobody")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dovecot:
    """A running server; mail lies in Maildirs below `folder`."""

    port: int
    tls_port: int
    folder: Path

    def new_user(self) -> str:
        """Make a user with an empty mailbox."""
        user = f"user{len(list((self.folder / 'mail').iterdir()))}"
        self.maildir(user)
        return user

    def maildir(self, user: str) -> Path:
        """Give a user's INBOX, made when it is not there."""
        maildir = self.folder / "mail" / user / "Maildir"
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
        _hand_over(self.folder / "mail" / user)
        return maildir

    def deliver(self, user: str, raw: bytes) -> None:
        """Deliver a message as a mail transport does: through tmp, then new, named in the order of arrival."""
        maildir = self.maildir(user)
        name = f"{1_300_000_000 + len(list(maildir.glob('*/*')))}.M{time.monotonic_ns()}P1.host"
        path = maildir / "tmp" / name
        path.write_bytes(raw)
        _hand_over(path)
        path.rename(maildir / "new" / name)


@contextmanager
def running_dovecot(*, options: str = "", certificate: bytes = b"") -> Iterator[Dovecot]:
    """Start a Dovecot and stop it at the end; `certificate` is the PEM of a certificate and its key.

    Its folder lies outside pytest's, which no other user may pass, and the server works as another user.
    """
    with TemporaryDirectory(prefix="statshop-dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Dovecot(port=_free_port(), tls_port=_free_port(), folder=folder)
        (folder / "mail").mkdir()
        _hand_over(folder / "mail")
        (folder / "server.pem").write_bytes(certificate)
        config = folder / "dovecot.conf"
        config.write_text(_config(server, options, has_tls=bool(certificate)))
        subprocess.run([_program(), "-c", config], check=True)
        try:
            _wait_for(server.port)
            yield server
        finally:
            subprocess.run([_program(), "-c", config, "stop"], check=False)


def _config(server: Dovecot, options: str, *, has_tls: bool) -> str:
    folder, is_root = server.folder, os.getuid() == 0
    me = pwd.getpwuid(os.getuid())
    mail_uid, mail_gid = (_NOBODY.pw_uid, _NOBODY.pw_gid) if is_root else (me.pw_uid, me.pw_gid)
    group = grp.getgrgid(me.pw_gid).gr_name
    ours = (
        ("default_internal_user", me.pw_name),
        ("default_internal_group", group),
        ("default_login_user", me.pw_name),
    )
    users = "" if is_root else "".join(f"{key} = {value}\n" for key, value in ours)
    pem = folder / "server.pem"
    tls = f"ssl = yes\nssl_cert = <{pem}\nssl_key = <{pem}" if has_tls else "ssl = no"
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
    port = {server.tls_port if has_tls else 0}
    ssl = {"yes" if has_tls else "no"}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
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


def _hand_over(path: Path) -> None:
    """Give a file, or a folder and what is in it, to the user the server works as when we are root."""
    if os.getuid() == 0:
        for each in (path, *path.rglob("*")):
            shutil.chown(each, _NOBODY.pw_uid, _NOBODY.pw_gid)


def _program() -> str:
    """Find Dovecot, which Debian keeps out of the path of ordinary users."""
    found = shutil.which("dovecot", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))
    return found or "dovecot"


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
