"""The settings: config.toml and the environment, read once into frozen values, every mistake reported at once."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.errors import ConfigError, ConfigMissing, ConfigProblem
from pipeline.settings_mailboxes import Table, mistakes_between
from pipeline.settings_report import placed, problems_of, secrets_in, unreadable_toml
from pipeline.settings_sources import environment_tree, secret_file_tree, unknown_variables
from pipeline.settings_tables import (
    AlertSettings,
    DeliverySettings,
    DigestSettings,
    LogSettings,
    MailboxTable,
    PageSettings,
    ReadingSettings,
    RetentionSettings,
    RulesSettings,
    ScheduleSettings,
    SiteSettings,
    StorageSettings,
    WorkersSettings,
)
from pipeline.settings_values import MAILBOX_NAME


class Settings(BaseSettings):
    """All settings of one deployment, frozen."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    site: SiteSettings = SiteSettings()
    mailboxes: dict[str, MailboxTable] = Field(default_factory=dict)
    storage: StorageSettings = StorageSettings()
    reading: ReadingSettings = ReadingSettings()
    workers: WorkersSettings = WorkersSettings()
    rules: RulesSettings = RulesSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    page: PageSettings = PageSettings()
    digests: DigestSettings = DigestSettings()
    alerts: AlertSettings = AlertSettings()
    retention: RetentionSettings = RetentionSettings()
    delivery: DeliverySettings = DeliverySettings()
    log: LogSettings = LogSettings()

    @field_validator("mailboxes", mode="before")
    @classmethod
    def _names_that_variables_can_say(cls, tables: Any) -> Any:
        """A variable says a name in capitals, between double underscores: no other name could be given a secret."""
        strange = [name for name in tables if not MAILBOX_NAME.fullmatch(name)] if isinstance(tables, dict) else []
        if strange:
            raise ValueError(
                f"has a name that no variable can say, {', '.join(strange)}: "
                "use small letters, digits and single underscores"
            )
        return tables

    @model_validator(mode="after")
    def _recipients_that_can_be_reached(self) -> Self:
        named = [name for name, table in self.mailboxes.items() if table.digest_recipients]
        if named and not self.delivery.reaches_people:
            raise ValueError(
                f"names digest_recipients of mailboxes ({', '.join(named)}) but not how to reach them: "
                "set delivery.host and delivery.sender"
            )
        if named and not self.digests.per_mailbox:
            raise ValueError(
                f"names digest_recipients of mailboxes ({', '.join(named)}) that have no digests of their own: "
                "set digests.per_mailbox = true"
            )
        return self

    def recipients_of(self, mailbox: str = "") -> tuple[str, ...]:
        """Name whom the digests of a mailbox go to, or ("") those over all; nobody where it has none."""
        if mailbox and not self.digests.per_mailbox:
            return ()
        own = self.mailboxes[mailbox].digest_recipients if mailbox in self.mailboxes else None
        return tuple(dict.fromkeys(self.delivery.recipients if own is None else own))

    @property
    def delivers(self) -> bool:
        """Say whether digests are sent to anybody."""
        return any(self.recipients_of(name) for name in ("", *self.mailboxes))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load_settings` hands over: secret files win over variables, variables over the file."""
        given = cast(InitSettingsSource, init_settings).init_kwargs
        return tuple(InitSettingsSource(settings_cls, given[name]) for name in ("files", "variables", "toml"))


def load_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read config.toml and the STATSHOP_ variables into frozen settings.

    Raises `ConfigMissing` where there is no such file, and `ConfigError` with every mistake: each names its key and
    its line in the file, or the variable it came from.
    """
    text = _text_of(path)
    try:
        toml = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((unreadable_toml(path, error),)) from error
    variables = environment_tree(Settings, environ)
    files, file_problems = secret_file_tree(Settings, environ)
    in_the_file = secrets_in(toml, Settings, path, text)
    problems = (*unknown_variables(Settings, environ), *file_problems, *in_the_file)
    return _validated(path, text, {"files": files, "variables": variables, "toml": toml}, problems)


def _validated(path: Path, text: str, sources: dict[str, Any], problems: tuple[ConfigProblem, ...]) -> Settings:
    try:
        settings = Settings(**sources)
    except ValidationError as error:
        raise ConfigError((*problems, *problems_of(error, Settings, path, text, sources))) from error
    between = mistakes_between({name: _compared(table) for name, table in settings.mailboxes.items()})
    problems += tuple(placed(("mailboxes", *one.key), one.words, path, text, sources["variables"]) for one in between)
    if problems:
        raise ConfigError(problems)
    return _beside(path.resolve().parent, settings)


def _compared(table: MailboxTable) -> Table:
    port = table.port or (993 if table.security == "tls" else 143)
    return Table(host=table.host, port=port, user=table.user, folders=table.folders, formerly=table.formerly)


_Table = TypeVar("_Table", MailboxTable, AlertSettings, DeliverySettings)


def _beside(folder: Path, settings: Settings) -> Settings:
    """Let certificate files be looked for where the settings file lies, as every other path is."""
    mailboxes = {name: _with_ca_file(folder, table) for name, table in settings.mailboxes.items()}
    senders = {"alerts": _with_ca_file(folder, settings.alerts), "delivery": _with_ca_file(folder, settings.delivery)}
    return settings.model_copy(update={"mailboxes": mailboxes, **senders})


def _with_ca_file(folder: Path, table: _Table) -> _Table:
    return table if table.ca_file is None else table.model_copy(update={"ca_file": folder / table.ca_file})


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows editors put a mark first
    except FileNotFoundError as error:
        raise ConfigMissing(path) from error
    except (OSError, UnicodeDecodeError) as error:
        words = "cannot be read: " + (error.strerror or "" if isinstance(error, OSError) else "it is not UTF-8 text")
        raise ConfigError((ConfigProblem(key="the file", where=str(path), words=words),)) from error
