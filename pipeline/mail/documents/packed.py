"""Zip packages (docx, xlsx, odt, ods) looked at before any library unpacks them."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from pipeline.mail.mime.caps import ParseLimits

_RATIO = 300  # text in a package is seldom packed more than a hundredfold


def refusal(octets: bytes, limits: ParseLimits) -> str:
    """Say why a package must not be unpacked, "" when it may; the sizes it states bind zipfile too."""
    try:
        with ZipFile(BytesIO(octets)) as package:
            members = package.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return "the file is damaged"
    if len(members) > limits.members:
        return f"it holds more than {limits.members:,} files"
    if any(member.flag_bits & 1 for member in members):
        return "it is protected by a password"
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked or (unpacked > 5_000_000 and unpacked > len(octets) * _RATIO):
        return f"it would unpack to {unpacked // 1_000_000:,} MB"
    return ""
