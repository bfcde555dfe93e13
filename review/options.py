"""What a deployment may set about the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from review.proxied import ProxyOptions
from review.signon import Admission

LOOPBACK = ("localhost", "127.0.0.1", "::1")
THIS_MACHINE = ("127.0.0.0/8", "::1")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageOptions:
    """The page's settings.

    `allowed_hosts` are the names a browser may ask for (without port): any other `Host` is refused, which stops DNS
    rebinding. `secure_cookies` belongs on wherever the page is reached over TLS. `metrics_from` are the addresses and
    networks that may read `/metrics`.
    """

    site_name: str = "StatShop triage"
    organisation: str = ""
    contact: str = ""  # whom to tell about a barrier; shown on the accessibility statement
    secure_cookies: bool = False
    idle_minutes: int = 60
    absolute_hours: int = 12
    allowed_hosts: tuple[str, ...] = LOOPBACK
    metrics_from: tuple[str, ...] = THIS_MACHINE
    page_size: int = 50
    failed_sign_ins: int = 5  # in the window; then that name waits
    failed_sign_in_minutes: int = 15
    wrong_tokens: int = 20  # from one address, in the same window; then that address waits
    max_upload_bytes: int = 25_000_000
    admission: Admission = field(default_factory=Admission)  # by single sign-on
    mailbox_names: Mapping[str, str] = field(default_factory=dict)  # by account, as the settings name them
    own_rules: tuple[str, ...] = ()  # the accounts of mailboxes that have rules of their own
    proxy: ProxyOptions | None = None  # that signs people in; none: no header is believed

    def mailbox_name(self, account: str) -> str:
        """Name a mailbox as the settings do, or by its account where they no longer do."""
        return self.mailbox_names.get(account, account)
