"""Documents to text, within limits of size, members, pages, rows and characters."""

from dataclasses import dataclass

from pipeline.mail.mime.caps import ParseLimits
from pipeline.mail.mime.charsets import clean_text, decode


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentText:
    """The text of a document; `note` says why there is none, or that it was cut."""

    text: str = ""
    note: str = ""


def document_text(octets: bytes, content_type: str, filename: str, charset: str, limits: ParseLimits) -> DocumentText:
    """Give the text of a document."""
    if content_type.startswith("text/"):
        return DocumentText(text=clean_text(decode(octets[: limits.document_text], charset).text))
    return DocumentText(note="not a document whose text can be read")
