"""A file that is no mail which can be read, carried by one that can: attached whole, for a person to open."""

from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path

from pipeline.mail.archive.find import written
from pipeline.mail.archive.msg import settle_boundaries
from pipeline.mail.archive.stream import LARGEST, too_many
from pipeline.mail.errors import ArchiveUnreadable


def file_as_mail(path: Path) -> bytes:
    """Give a message with the file attached, the same each time.

    Raises ArchiveUnreadable when it cannot be opened, or has more than 250 MB.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ArchiveUnreadable(written(path), too_many(size))
        content = path.read_bytes()
    except OSError as error:
        raise ArchiveUnreadable(written(path), error.strerror or "it cannot be opened") from error
    message, name = EmailMessage(), written(Path(path.name))
    message["Subject"] = name.encode("ascii", "replace").decode()
    message.set_content("")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    settle_boundaries(message, sha256(content).hexdigest()[:24])
    return message.as_bytes(policy=SMTP)
