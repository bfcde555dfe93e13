"""Sends an issue over GOV.UK Notify: an e-mail by a template made there, with files to download. An extra.

Notify takes files under 2 MB, and no .ods; people get links that hold for some weeks. Known to nobody else.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.errors import MailNotSent, NotifySupportMissing

ADDRESS = "https://api.notifications.service.gov.uk"
FORMATS = ("xlsx", "pdf")  # what Notify takes of ours, as one file: of CSV there is one a table
MOST_BYTES = 2 * 1024 * 1024
SECONDS = 30
_REFUSED = range(400, 500)  # surely not sent; at 5xx, or no answer, nobody knows


@dataclass(frozen=True, kw_only=True, slots=True)
class Notify:
    """A service at Notify and its template; the key is a secret of the form name-service-secret."""

    key: str = field(repr=False)
    template: str
    address: str = ADDRESS
    weeks: int = 26

    def send(self, recipient: str, words: Mapping[str, str], files: Mapping[str, Path], reference: str) -> None:
        """Send one e-mail; `words` and `files` fill the template's places. Raises `MailNotSent`."""
        client, errors = self._client()
        places: dict[str, Any] = {**words, **{place: self._upload(path) for place, path in files.items()}}
        try:
            client.send_email_notification(
                email_address=recipient, template_id=self.template, personalisation=places, reference=reference
            )
        except errors.HTTPError as error:
            gone = error.status_code not in _REFUSED
            raise MailNotSent(self.address, f"it answered {error.status_code}", may_have_gone=gone) from error
        except errors.InvalidResponse as error:
            raise MailNotSent(self.address, "its answer could not be read", may_have_gone=True) from error

    def _client(self) -> tuple[Any, ModuleType]:
        try:
            from notifications_python_client import errors, notifications  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise NotifySupportMissing from error
        make: Any = notifications.NotificationsAPIClient  # its client has no types
        return make(self.key, base_url=self.address, timeout=SECONDS), errors

    def _upload(self, path: Path) -> Mapping[str, Any]:
        from notifications_python_client import utils  # noqa: PLC0415 - an extra

        prepare: Any = utils.prepare_upload  # has no types
        content = io.BytesIO(path.read_bytes())
        held: Mapping[str, Any] = prepare(
            content, filename=path.name, confirm_email_before_download=True, retention_period=f"{self.weeks} weeks"
        )
        return held
