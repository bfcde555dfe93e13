"""`statshop serve`: the review page and the schedule in one process."""

import argparse
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn

from pipeline.commands.away import wait_for_database
from pipeline.commands.explaining import Explainer
from pipeline.commands.final_book import FinalBook
from pipeline.commands.logs import set_up_logs
from pipeline.commands.number_book import NumberBook
from pipeline.commands.opening import (
    address_of,
    clock,
    house_of,
    mailbox_names,
    mailbox_rules,
    opened,
    settings_of,
    storage_url,
)
from pipeline.commands.quote_book import QuoteBook
from pipeline.commands.repairing import Repairs
from pipeline.commands.rule_trials import Trials
from pipeline.commands.scheduling import scheduled
from pipeline.commands.settings_watch import watched_settings
from pipeline.commands.starting import upgrade_when_new
from pipeline.commands.user import made_password
from pipeline.commands.workshop import CatalogueInUse, workshops
from pipeline.config import Settings
from pipeline.errors import PortTaken, SignOnSupportMissing
from pipeline.mail.mailbox import is_loopback
from pipeline.settings_tables import OidcSettings, ProxySettings
from review.app import create_app
from review.options import PageOptions
from review.passwords import hash_password
from review.proxied import ProxyOptions
from review.signon import Admission, SignOn
from storage.draw import set_shares
from storage.engine import Store
from storage.users import add_user, users

FIRST_NAME = "admin"
JOURNAL = "JOURNAL_STREAM"  # the variable in which systemd names the device and inode of its journal's pipe
GRACE_SECONDS = 2  # for requests that are being answered when the page ends


class PageServer(uvicorn.Server):
    """The page's server: signals ask it to end and are not raised anew, so that the schedule ends in order as well."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `run_until_asked`."""
        yield

    def run_until_asked(self, listening: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT."""

        def asked(_number: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        signal.signal(signal.SIGTERM, asked)
        signal.signal(signal.SIGINT, asked)
        self.run(sockets=[listening])


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--page-only", action="store_true", help="without the schedule")


def run(args: argparse.Namespace) -> int:
    """Serve until asked to end; within 10 seconds after a SIGTERM."""
    settings = settings_of(args)
    set_up_logs(settings.log)
    house = house_of(args)
    url = storage_url(settings, house)
    wait_for_database(settings, lambda: upgrade_when_new(url), clock)
    listening = listening_socket(settings.page.host, settings.page.port)
    with listening, opened(settings, house) as store:
        _first_sign_in(store)
        set_shares(store, check=settings.page.audit_share, second=settings.page.second_reader_share)
        with (
            watched_settings(store, settings, args.config, "statshop serve"),
            _schedule(store, settings, house, wanted=not args.page_only),
        ):
            _page(store, settings, house, listening)
    return 0


@contextmanager
def _schedule(store: Store, settings: Settings, house: Path, *, wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    with scheduled(store, settings, house, threading.Event()) as schedule:
        print(f"The schedule runs: {', '.join(schedule.names)}.", flush=True)
        yield


def _page(store: Store, settings: Settings, house: Path, listening: socket.socket) -> None:
    explainer = Explainer(settings, house)
    trials = Trials(store, settings, house)
    catalogue = CatalogueInUse(settings, house)
    app = create_app(
        store,
        catalogue.now(),
        page_options(settings, house),
        catalogue_now=catalogue.now,
        explain=explainer.explain,
        repair=Repairs(store, settings, house, explainer.reader),
        rule_books=workshops(settings, house, trials),
        quotes=QuoteBook(settings, house),
        numbers=NumberBook(store, settings, house),
        finals=FinalBook(store, settings, house),
        digest_files=house / settings.digests.folder,
        sign_on=sign_on(settings.page.oidc),
    )
    page = settings.page
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it would print query strings, and with them what people search for
        proxy_headers=False,  # it would let the machine that asks say which machine asks
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    print(f"The review page is at {address_of(page.host, listening.getsockname()[1])} (Ctrl-C ends it).", flush=True)
    if not is_loopback(page.host):
        print(
            f"It listens to other machines ({page.host}): people sign in by the server with TLS before it.", flush=True
        )
    with explainer, closing(trials):
        PageServer(config).run_until_asked(listening)


def sign_on(oidc: OidcSettings | None) -> SignOn | None:
    """Give single sign-on as the settings want it. Raises `SignOnSupportMissing` where its library is not there."""
    if oidc is None:
        return None
    try:
        from review.oidc import Oidc, OidcOptions
    except ImportError as error:
        raise SignOnSupportMissing from error
    return Oidc(
        OidcOptions(
            issuer=oidc.issuer,
            client_id=oidc.client_id,
            client_secret=oidc.client_secret.get_secret_value(),
            address=oidc.address,
            label=oidc.label,
            scopes=oidc.scopes,
            name_claim=oidc.name_claim,
            roles_claim=oidc.roles_claim,
        )
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """Take the page's port. Raises `PortTaken` in words when it is not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise PortTaken(host, port, error.strerror or str(error)) from error


def page_options(settings: Settings, house: Path) -> PageOptions:
    """Give the page's options, as the settings name them."""
    page = settings.page
    return PageOptions(
        site_name=settings.site.name,
        organisation=settings.site.organisation,
        contact=settings.site.contact,
        secure_cookies=page.secure_cookies,
        idle_minutes=page.idle_minutes,
        absolute_hours=page.absolute_hours,
        allowed_hosts=(*page.allowed_hosts, page.host, *filter(None, [urlsplit(page.address or "").hostname])),
        admission=_admission(page.oidc),
        proxy=_proxy(page.proxy),
        metrics_from=page.metrics_from,
        mailbox_names=mailbox_names(settings),
        own_rules=tuple(account for account, _ in mailbox_rules(settings, house)),
    )


def _admission(oidc: OidcSettings | None) -> Admission:
    if oidc is None:
        return Admission()
    ours = {"administrator": oidc.administrators, "reviewer": oidc.reviewers, "reader": oidc.readers}
    return Admission(unknown=oidc.unknown_people, roles={role: theirs for role, theirs in ours.items() if theirs})


def _proxy(proxy: ProxySettings | None) -> ProxyOptions | None:
    if proxy is None:
        return None
    return ProxyOptions(header=proxy.header, addresses=proxy.addresses, unknown=proxy.unknown_people)


def _goes_to_journal() -> bool:
    """Say whether what is printed goes to systemd's journal; the variable alone is handed on to terminals as well."""
    out = os.fstat(1)
    return os.environ.get(JOURNAL) == f"{out.st_dev}:{out.st_ino}"


def _first_sign_in(store: Store) -> None:
    """Make an administrator where there is nobody yet, and show the password this once; never to a journal."""
    if users(store):
        return
    if _goes_to_journal():  # others read there, for years
        print("Nobody can sign in yet: `statshop user add NAME --role administrator` makes the first.", flush=True)
        return
    password = made_password()
    add_user(store, FIRST_NAME, hash_password(password), "administrator")
    print(f"First sign-in: name {FIRST_NAME}, password {password} (shown this once).", flush=True)
