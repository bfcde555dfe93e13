"""Zip files whose bytes tell nothing but their content: XLSX, ODS, ODT and DOCX are such files."""

import io
import zipfile
from collections.abc import Callable, Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def normalised(archive: bytes, edits: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
    """Write the archive anew in its own order with all times alike, so that equal content makes equal bytes.

    `edits` change members by name. A first member `mimetype` stays uncompressed, as ODF asks.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            entry = zipfile.ZipInfo(member.filename, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, (edits or {}).get(member.filename, _same)(content))
    return out.getvalue()


def _same(content: bytes) -> bytes:
    return content
