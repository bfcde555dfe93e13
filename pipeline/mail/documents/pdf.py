"""PDF documents by pypdf, page by page."""

import logging
from io import BytesIO

from pypdf import PdfReader

from pipeline.mail.documents.lines import Gathered, Locked

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it logs what it finds inside broken files


def read_pdf(octets: bytes, out: Gathered, pages: int) -> None:
    """Gather the text of the first `pages` pages. Raises Locked for a document that needs a password."""
    reader = PdfReader(BytesIO(octets))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Locked
    for number, page in enumerate(reader.pages):
        if number >= pages:
            out.cut = True
            return
        for line in page.extract_text().splitlines():
            out.add(line.rstrip())
