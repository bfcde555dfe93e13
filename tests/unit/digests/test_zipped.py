"""Zip files of equal content have equal bytes, whenever they were made."""

import io
import zipfile

from digests.render.zipped import normalised


def archive(year: int, core: str = "<a></a>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(zipfile.ZipInfo("mimetype", date_time=(year, 1, 1, 0, 0, 0)), "kind")
        made.writestr(zipfile.ZipInfo("core.xml", date_time=(year, 2, 3, 4, 5, 6)), core)
    return out.getvalue()


def test_times_leave_no_trace() -> None:
    assert archive(2010) != archive(2011)
    assert normalised(archive(2010)) == normalised(archive(2011))


def test_the_kind_stays_first_and_uncompressed() -> None:
    with zipfile.ZipFile(io.BytesIO(normalised(archive(2010)))) as made:
        first, second = made.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert second.compress_type == zipfile.ZIP_DEFLATED


def test_members_are_edited_by_name() -> None:
    edited = normalised(archive(2010), {"core.xml": lambda content: content.replace(b"</a>", b"x</a>")})
    with zipfile.ZipFile(io.BytesIO(edited)) as made:
        assert made.read("core.xml") == b"<a>x</a>"
