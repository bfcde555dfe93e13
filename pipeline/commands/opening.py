"""The composition root: settings made into the parts that the commands work with."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from classifiers.catalogue import Catalogue, load_catalogue
from pipeline.config import Settings, load_settings
from pipeline.errors import NoSuchMailbox
from pipeline.glance import address_beside, sqlite_file
from pipeline.mail.mailbox import MEGABYTE, AfterStore, MailboxSettings, Security
from pipeline.mail.signin import Microsoft365, Password, Secret, SignIn, TokenCommand
from pipeline.settings_tables import MailboxTable, Microsoft365Settings
from storage.boxes import KnownMailbox, know_mailboxes, known_mailboxes, whose
from storage.engine import Store, open_store


def settings_of(args: argparse.Namespace) -> Settings:
    """Read the settings that a command was called with."""
    return load_settings(args.config)


def clock() -> datetime:
    """Give the present moment: commands and the schedule alone ask for it."""
    return datetime.now(tz=UTC)


def house_of(args: argparse.Namespace) -> Path:
    """Give the folder that relative paths of the settings start from: where the settings file lies."""
    config: Path = args.config
    return config.resolve().parent


def storage_url(settings: Settings, house: Path) -> str:
    """Give the database's URL; a relative SQLite file lies beside the settings file."""
    return address_beside(house, settings.storage.url.get_secret_value())


def opened(settings: Settings, house: Path) -> Store:
    """Open the database as one that mail is stored in needs it: with the key that knows erased mail again."""
    return open_store(
        storage_url(settings, house), erasure_key=settings.storage.erasure_key.get_secret_value().encode()
    )


def rules_folder(settings: Settings, house: Path) -> Path | None:
    """Give the folder of rules of one's own; None for the packaged ones."""
    return None if settings.rules.folder is None else house / settings.rules.folder


def mailbox_rules(settings: Settings, house: Path) -> tuple[tuple[str, Path], ...]:
    """Give the accounts of the mailboxes that have rules of their own, and the folders of those."""
    own = ((box.account, settings.mailboxes[box.name].rules) for box in mailboxes_of(settings))
    return tuple((account, house / folder) for account, folder in own if folder is not None)


def note_mailboxes(store: Store, settings: Settings, *, now: datetime) -> None:
    """Have the store know which mailboxes there are: since when, and whether rules of their own read their mail.

    What ran and stands under the former name of a mailbox is its own from then on.
    """
    own = {name: table.rules is not None for name, table in settings.mailboxes.items()}
    named = mailboxes_of(settings)
    know_mailboxes(
        store,
        [KnownMailbox(account=box.account, name=box.name, own_rules=own[box.name], since=now) for box in named],
        formerly={box.account: box.formerly or () for box in named},
    )


def accounts_left(store: Store, settings: Settings) -> Mapping[str, str]:
    """Give the accounts, with their names, whose mail rules of their own read and that the settings name no more.

    A mailbox that was closed, or was given another user or host, or another name without a word of the former one:
    other rules would make another past of it.
    """
    named = mailbox_names(settings)
    known = known_mailboxes(store).values()
    return {box.account: box.name for box in known if box.own_rules and box.account not in named}


def rule_folders(settings: Settings, house: Path) -> tuple[Path | None, ...]:
    """Give each folder of rules once: that of the settings first (None: the packaged), then those of mailboxes."""
    own = (folder for _, folder in mailbox_rules(settings, house))
    return tuple(dict.fromkeys([rules_folder(settings, house), *own]))


def joined_catalogue(folders: Iterable[Path | None]) -> Catalogue:
    """Give the tags of several folders of rules; of a tag that several have, the first one's words stand."""
    entries = [entry for folder in folders for entry in load_catalogue(folder).entries]
    return Catalogue(entries=tuple({(entry.dimension, entry.id): entry for entry in reversed(entries)}.values())[::-1])


def kept_rules(settings: Settings, house: Path) -> Path:
    """Give the folder of copies of rules of one's own that worked: beside what else is written.

    That is the SQLite file, or the folder of digests; where the settings lie a service may write nothing.
    """
    written = sqlite_file(storage_url(settings, house)) or house / settings.digests.folder
    return written.parent / "kept-rules"


def opinion_file(settings: Settings, house: Path) -> Path | None:
    """Give the file of the second opinion; None where the settings name none."""
    return None if settings.rules.second_opinion is None else house / settings.rules.second_opinion


def mailboxes_of(settings: Settings, name: str | None = None) -> tuple[MailboxSettings, ...]:
    """Give the mailboxes of the settings, or the one of that name. Raises `NoSuchMailbox`."""
    if name is not None and name not in settings.mailboxes:
        raise NoSuchMailbox(name, tuple(settings.mailboxes))
    every = tuple(mailbox_settings(label, table) for label, table in settings.mailboxes.items())
    return tuple(_beside(box, every) for box in every if name in (None, box.name))


def mailbox_names(settings: Settings) -> dict[str, str]:
    """Give the mailboxes' names in the settings, by their accounts."""
    return {box.account: box.name for box in mailboxes_of(settings)}


def _beside(box: MailboxSettings, every: Iterable[MailboxSettings]) -> MailboxSettings:
    """Tell a mailbox which others of the settings are of the same user and host: theirs is no mail of its own past."""
    others = (one.account for one in every if one.name != box.name)
    return replace(box, beside=tuple(one for one in others if whose(one) == whose(box.account)))


def mailbox_settings(name: str, table: MailboxTable) -> MailboxSettings:
    """Make the mailbox's settings of its table."""
    return MailboxSettings(
        name=name,
        host=table.host,
        port=table.port,
        user=table.user,
        sign_in=_sign_in(table),
        security=Security(table.security),
        ca_file=table.ca_file,
        folders=table.folders,
        since=table.since,
        connect_timeout=table.connect_timeout,
        read_timeout=table.read_timeout,
        batch_messages=table.batch_messages,
        batch_bytes=table.batch_megabytes * MEGABYTE,
        max_message_bytes=table.max_message_megabytes * MEGABYTE,
        write=table.write,
        write_drafts=table.write_drafts,
        after_store=AfterStore(table.after_store),
        after_store_argument=table.after_store_argument,
        formerly=table.formerly,
    )


def _sign_in(table: MailboxTable) -> SignIn:
    if table.token_command:
        return TokenCommand(command=table.token_command)
    if table.microsoft365 is not None:
        return _microsoft365(table.microsoft365)
    return Password(secret=Secret(value=table.password.get_secret_value()))


def _microsoft365(table: Microsoft365Settings) -> Microsoft365:
    return Microsoft365(
        tenant=table.tenant,
        client_id=table.client_id,
        client_secret=Secret(value=table.client_secret.get_secret_value()),
        authority=table.authority,
        scope=table.scope,
    )


def address_of(host: str, port: int) -> str:
    """Write the page's address: an IPv6 host stands in brackets, and one that stands for all is named as this one."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def page_address(settings: Settings) -> str:
    """Give the review page's address as browsers see it, with no slash at its end."""
    page = settings.page
    given = page.address or (page.oidc.address if page.oidc else "")
    return (given or address_of(page.host, page.port)).rstrip("/")
