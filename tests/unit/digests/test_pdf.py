"""The PDF is read back with pypdf: tagged, titled, in English, with every number; and it fetches nothing."""

import io
from collections.abc import Callable

import pypdf
import pytest

from digests.digest import Digest
from digests.render.pdf import pdf_bytes
from storage.records import CountedMessage

pytestmark = pytest.mark.pango

Make = Callable[..., Digest]


@pytest.fixture(scope="module")
def printed(digest_of: Make, march: tuple[CountedMessage, ...]) -> bytes:
    """Print the month."""
    return pdf_bytes(digest_of(march))


def test_the_pdf_is_tagged_and_titled(printed: bytes, digest_of: Make, march: tuple[CountedMessage, ...]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title == digest_of(march).cover.title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_the_pdf_holds_the_figures(printed: bytes, digest_of: Make, march: tuple[CountedMessage, ...]) -> None:
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages)
    folded = " ".join(text.split())
    digest = digest_of(march)
    for table in digest.tables:
        assert digest.numbered(table)[:60] in folded
    total = digest.table("messages-by-user").rows[-1]
    assert " ".join(map(str, total[:4])) in folded


def test_the_same_digest_prints_the_same_bytes(
    printed: bytes, digest_of: Make, march: tuple[CountedMessage, ...]
) -> None:
    assert pdf_bytes(digest_of(march)) == printed
