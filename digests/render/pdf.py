"""The page as a PDF by WeasyPrint: tagged after PDF/UA, from the same HTML. An extra: it needs the system's Pango.

WeasyPrint takes a moment to import and is known here alone.
"""

from hashlib import sha256
from typing import NoReturn

from digests.digest import Digest
from digests.errors import PdfSupportMissing
from digests.render.html import html_bytes

# Wide tables need the room; a page says which it is of how many.
_PRINTED = """
@page { size: A4 landscape; margin: 15mm; @bottom-right { content: "Page " counter(page) " of " counter(pages); } }
@page { @bottom-right { font-family: Arial, sans-serif; font-size: 9pt; } }
body { font-size: 10pt; } thead { display: table-header-group; } tr, svg { break-inside: avoid; }
"""


def pdf_bytes(digest: Digest) -> bytes:
    """Print the page; raise PdfSupportMissing where the library, or Pango beneath it, is not installed."""
    try:
        import weasyprint  # noqa: PLC0415 - an extra: imported only where it is used
    except (ImportError, OSError) as error:
        raise PdfSupportMissing(why=str(error).partition("\n")[0]) from error
    page = html_bytes(digest)
    document = weasyprint.HTML(string=page.decode(), base_url=None, url_fetcher=_nothing_is_fetched)
    sheet = weasyprint.CSS(string=_PRINTED)
    content: bytes = document.write_pdf(
        stylesheets=[sheet], pdf_variant="pdf/ua-1", pdf_identifier=sha256(page).digest()[:16], custom_metadata=False
    )
    return content


def _nothing_is_fetched(url: str, *_: object, **__: object) -> NoReturn:
    """Refuse: the page needs nothing but itself, and what it quotes is not to make the program ask anything."""
    raise ValueError(f"the page asks for {url.partition(':')[0]}: nothing is fetched")
