"""The tables of the settings, one class each: what they hold, what is usual, and what in one excludes another."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from pipeline.glance import USUAL_DATABASE
from pipeline.mail.mailbox import argument_problems, is_loopback
from pipeline.settings_values import (
    Address,
    ClockTime,
    Host,
    MailboxName,
    Network,
    OwnNetwork,
    SafeAddress,
    is_safe_address,
)

_FROZEN = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SiteSettings(BaseModel):
    """Who runs this, as the page and the digests name it."""

    model_config = _FROZEN
    name: str = "StatShop triage"
    organisation: str = "Communities and citizens statistics team"
    contact: str = ""
    team_addresses: tuple[Address, ...] = ()
    mail_hosts: tuple[str, ...] = ()


class Microsoft365Settings(BaseModel):
    """Sign-in to Microsoft 365 as an application (client credentials)."""

    model_config = _FROZEN
    tenant: str
    client_id: str
    client_secret: SecretStr = SecretStr("")
    authority: str = "https://login.microsoftonline.com"
    scope: str = "https://outlook.office365.com/.default"


class MailboxTable(BaseModel):
    """One mailbox: `[mailboxes.NAME]`."""

    model_config = _FROZEN
    host: Annotated[Host, Field(min_length=1)]
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["tls", "starttls", "plain"] = "tls"
    ca_file: Path | None = None
    user: str = Field(min_length=1)
    password: SecretStr = SecretStr("")
    token_command: tuple[str, ...] = ()
    microsoft365: Microsoft365Settings | None = None
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    since: date | None = None
    rules: Path | None = None
    poll_minutes: int = Field(default=10, ge=1, le=24 * 60)
    connect_timeout: float = Field(default=20, gt=0, le=600)
    read_timeout: float = Field(default=60, gt=0, le=3600)
    batch_messages: int = Field(default=100, ge=1, le=1000)
    batch_megabytes: int = Field(default=20, ge=1, le=200)
    max_message_megabytes: int = Field(default=30, ge=1, le=200)
    write: bool = False
    write_drafts: bool = False
    after_store: Literal["nothing", "flag", "keyword", "move"] = "nothing"
    after_store_argument: str = ""
    accept_shrunken_folder: bool = False
    digest_recipients: tuple[Address, ...] | None = None  # of this mailbox's own digests; None: those of [delivery]
    formerly: tuple[MailboxName, ...] | None = None  # the oldest first; None: nothing is said, (): it had none

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        ways = [bool(self.password.get_secret_value()), bool(self.token_command), self.microsoft365 is not None]
        if sum(ways) > 1:
            raise ValueError("names more than one way to sign in: keep one of password, token_command, microsoft365")
        if self.after_store != "nothing" and not self.write:
            raise ValueError("asks for after_store but does not allow it: set write = true as well")
        if self.write_drafts and not self.write:
            raise ValueError("asks for write_drafts but does not allow it: set write = true as well")
        for problem in argument_problems(self.after_store, self.after_store_argument):
            raise ValueError(problem)
        return self


class StorageSettings(BaseModel):
    """Where messages are kept."""

    model_config = _FROZEN
    url: SecretStr = SecretStr(USUAL_DATABASE)
    erasure_key: SecretStr = SecretStr("")


class ReadingSettings(BaseModel):
    """Limits within which one message is read."""

    model_config = _FROZEN
    workers: int = Field(default=2, ge=1, le=64)
    seconds_per_message: float = Field(default=20, ge=1, le=600)
    megabytes_per_worker: int = Field(default=2048, ge=512)
    messages_per_worker: int = Field(default=10_000, ge=1)
    tries: int = Field(default=3, ge=1, le=20)


class WorkersSettings(BaseModel):
    """Workers on PostgreSQL, and how much of a machine work over many messages takes anywhere."""

    model_config = _FROZEN
    processes: int = Field(default=1, ge=1, le=64)
    jobs_at_once: int = Field(default=2, ge=1, le=32)
    share: float = Field(default=0.8, ge=0.05, le=1)
    lost_after_seconds: int = Field(default=30, ge=3, le=3600)
    keep_finished_days: int = Field(default=7, ge=1)


class RulesSettings(BaseModel):
    """The rules, and below which confidence a person must look."""

    model_config = _FROZEN
    folder: Path | None = None
    second_opinion: Path | None = None
    person_below: float | None = Field(default=None, ge=0, le=1)


class ScheduleSettings(BaseModel):
    """When things happen, in London time."""

    model_config = _FROZEN
    digest_day: int = Field(default=2, ge=1, le=28)
    digest_time: ClockTime = "09:30"
    reconcile_time: ClockTime = "03:30"
    misfire_hours: int = Field(default=12, ge=1, le=24 * 7)


class OidcSettings(BaseModel):
    """Single sign-on by OpenID Connect: the provider, how it knows the page, and who may come in as what."""

    model_config = _FROZEN
    issuer: SafeAddress
    client_id: str
    client_secret: SecretStr = SecretStr("")
    address: SafeAddress
    label: str = "your department’s sign-in"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    name_claim: str = "preferred_username"
    roles_claim: str = "roles"
    administrators: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    unknown_people: Literal["refuse", "reader"] = "refuse"


class ProxySettings(BaseModel):
    """A proxy before the page that has signed people in: the header that names them, and where it is believed from."""

    model_config = _FROZEN
    header: str = Field(min_length=1)
    addresses: tuple[OwnNetwork, ...] = Field(min_length=1)
    unknown_people: Literal["refuse", "reader"] = "refuse"


class PageSettings(BaseModel):
    """The review page."""

    model_config = _FROZEN
    host: str = "127.0.0.1"
    port: int = Field(default=8471, ge=0, le=65535)
    allowed_hosts: tuple[Host, ...] = ("127.0.0.1", "localhost")
    address: SafeAddress | None = None
    secure_cookies: bool = False
    idle_minutes: int = Field(default=60, ge=5)
    absolute_hours: int = Field(default=12, ge=1)
    audit_share: float = Field(default=0.05, ge=0, le=1)
    second_reader_share: float = Field(default=0.05, ge=0, le=1)
    metrics_from: tuple[Network, ...] = ("127.0.0.0/8", "::1")
    oidc: OidcSettings | None = None
    proxy: ProxySettings | None = None

    @model_validator(mode="after")
    def _encrypted_where_others_listen(self) -> Self:
        """Passwords and mail go over a network by TLS alone: a cookie that is secure comes back over nothing else."""
        if not self.secure_cookies and not is_loopback(self.host):
            raise ValueError(
                "listens to other machines, and would send passwords and mail unencrypted: put a server with TLS "
                'before it and set page.secure_cookies = true, or listen on this machine: page.host = "127.0.0.1"'
            )
        return self


class DigestSettings(BaseModel):
    """The monthly digest."""

    model_config = _FROZEN
    folder: Path = Path("var/digests")
    subject: str = "communities and citizens statistics"
    mailbox_name: str = "StatShop mailbox"
    coverage_area: str = "England and Wales"
    small_count_below: int = Field(default=5, ge=2)
    statements_listed: int = Field(default=2000, ge=1)
    count_pending: bool = True
    pre_release: tuple[str, ...] = ()
    final_after_months: int = Field(default=1, ge=0, le=24)
    per_mailbox: bool = False
    pdf: bool = False


class SmtpSettings(BaseModel):
    """Whom to write to, and the server that takes the mail."""

    model_config = _FROZEN
    recipients: tuple[Address, ...] = ()
    sender: str = ""
    host: Host = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "plain"] = "starttls"
    ca_file: Path | None = None
    user: str = ""
    password: SecretStr = SecretStr("")

    @property
    def is_overheard(self) -> bool:
        """Say whether mail, and the password, would go over the network in plain text."""
        return self.security == "plain" and bool(self.host) and not is_loopback(self.host)


class AlertSettings(SmtpSettings):
    """Whom to tell when something is wrong, and from when on it is worth telling."""

    webhook: SecretStr = SecretStr("")
    check_minutes: int = Field(default=5, ge=1, le=60)
    missed_intervals: int = Field(default=6, ge=2)
    quiet_chance: float = Field(default=0.001, gt=0, lt=0.5)
    set_aside_a_day: int = Field(default=10, ge=1)
    disk_free_megabytes: int = Field(default=1000, ge=0)
    digest_late_hours: int = Field(default=6, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.recipients and not (self.host and self.sender):
            raise ValueError("names recipients but not how to reach them: set alerts.host and alerts.sender")
        if self.is_overheard:
            raise ValueError('sends in plain text to another machine: set alerts.security = "starttls" or "tls"')
        webhook = self.webhook.get_secret_value()
        if webhook and not is_safe_address(webhook):
            raise ValueError('has a webhook that is not https: write an address that begins with "https://"')
        return self


class DeliverySettings(SmtpSettings):
    """Whom issues of the digest are sent to."""

    edition: Literal["public", "internal"] = "public"
    formats: tuple[Literal["html", "ods", "xlsx", "csv", "json", "pdf"], ...] = ("html", "ods")
    most_megabytes: int = Field(default=10, ge=1, le=50)
    notify_key: SecretStr = SecretStr("")
    notify_template: str = ""
    notify_address: str = "https://api.notifications.service.gov.uk"
    notify_weeks: int = Field(default=26, ge=1, le=78)

    @property
    def by_notify(self) -> bool:
        """Say whether GOV.UK Notify carries the mails, and not an SMTP server."""
        return bool(self.notify_key.get_secret_value())

    @property
    def reaches_people(self) -> bool:
        """Say whether there is a way to send mails at all."""
        return self.by_notify or bool(self.host and self.sender)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.by_notify and not (self.notify_template and {"xlsx", "pdf"} & {*self.formats}):
            raise ValueError("uses GOV.UK Notify: set delivery.notify_template, and xlsx or pdf in delivery.formats")
        if self.recipients and not self.reaches_people:
            raise ValueError("names recipients but not how to reach them: set delivery.host and delivery.sender")
        if self.is_overheard:
            raise ValueError('sends in plain text to another machine: set delivery.security = "starttls" or "tls"')
        return self


class RetentionSettings(BaseModel):
    """For how many months after a message arrived its parts are kept; 0 keeps them."""

    model_config = _FROZEN
    raw_months: int = Field(default=0, ge=0)
    attachments_months: int = Field(default=0, ge=0)
    text_months: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _whole_last(self) -> Self:
        """A message as received holds its text and attachments: it cannot outlive them."""
        shorter = [months for months in (self.attachments_months, self.text_months) if months]
        if shorter and not 0 < self.raw_months <= min(shorter):
            raise ValueError("keeps whole messages longer than parts of them: set retention.raw_months to no more")
        if self.text_months and not 0 < self.attachments_months <= self.text_months:
            raise ValueError("keeps attachments longer than text: set retention.attachments_months to no more")
        return self


class LogSettings(BaseModel):
    """How much is logged, and in which form."""

    model_config = _FROZEN
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
