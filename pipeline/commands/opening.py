"""The composition root: settings made into the parts that the commands work with."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from classifiers.opinion import read_opinion
from classifiers.rulebook import load_rules
from pipeline.config import MailboxTable, Microsoft365Settings, Settings, load_settings
from pipeline.errors import NoSuchMailbox
from pipeline.flow.reader import Reader, ReaderLimits, Work
from pipeline.flow.reading import ReadingContext
from pipeline.mail.mailbox import MEGABYTE, AfterStore, MailboxSettings, Security
from pipeline.mail.signin import Microsoft365, Password, Secret, SignIn, TokenCommand
from storage.engine import Store, open_store

_SQLITE = "sqlite:///"


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
    url = settings.storage.url.get_secret_value()
    if not url.startswith(_SQLITE) or url.startswith(_SQLITE + "/") or url == _SQLITE:
        return url
    return f"{_SQLITE}{house / url.removeprefix(_SQLITE)}"


def opened(settings: Settings, house: Path) -> Store:
    """Open the database as one that mail is stored in needs it: with the key that knows erased mail again."""
    return open_store(
        storage_url(settings, house), erasure_key=settings.storage.erasure_key.get_secret_value().encode()
    )


def reading_context(settings: Settings, house: Path) -> ReadingContext:
    """Give what reading needs to know besides a message."""
    return ReadingContext(
        rules_folder=rules_folder(settings, house),
        second_opinion=opinion_file(settings, house),
        person_below=settings.rules.person_below,
        team_addresses=frozenset(address.lower() for address in settings.site.team_addresses),
        mail_hosts=settings.site.mail_hosts,
    )


def rules_folder(settings: Settings, house: Path) -> Path | None:
    """Give the folder of rules of one's own; None for the packaged ones."""
    return None if settings.rules.folder is None else house / settings.rules.folder


def opinion_file(settings: Settings, house: Path) -> Path | None:
    """Give the file of the second opinion; None where the settings name none."""
    return None if settings.rules.second_opinion is None else house / settings.rules.second_opinion


def reader_of(settings: Settings, house: Path, work: Work | None = None) -> Reader:
    """Give a reader. Rules of one's own are read here first: a mistake in them is told once, with its line.

    So is a second opinion.
    """
    context = reading_context(settings, house)
    if context.rules_folder is not None:
        load_rules(context.rules_folder)
    if context.second_opinion is not None and context.second_opinion.exists():
        read_opinion(context.second_opinion)
    return Reader(context, reader_limits(settings), work)


def reader_limits(settings: Settings) -> ReaderLimits:
    """Give how many workers read, and what one message may cost."""
    reading = settings.reading
    return ReaderLimits(
        workers=reading.workers,
        seconds_per_message=reading.seconds_per_message,
        megabytes_per_worker=reading.megabytes_per_worker,
        messages_per_worker=reading.messages_per_worker,
    )


def mailboxes_of(settings: Settings, name: str | None = None) -> tuple[MailboxSettings, ...]:
    """Give the mailboxes of the settings, or the one of that name. Raises `NoSuchMailbox`."""
    if name is not None and name not in settings.mailboxes:
        raise NoSuchMailbox(name, tuple(settings.mailboxes))
    chosen = settings.mailboxes if name is None else {name: settings.mailboxes[name]}
    return tuple(mailbox_settings(label, table) for label, table in chosen.items())


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
        after_store=AfterStore(table.after_store),
        after_store_argument=table.after_store_argument,
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
