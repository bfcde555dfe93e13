"""Other people's archives, which lie beside the checkout."""

import tarfile
from pathlib import Path

import pytest
from fakes.archives import messages_in, parts_of

from pipeline.mail.identity import mail_sha256

pytestmark = pytest.mark.corpora

HOSTILE = Path(__file__).parents[3] / "../shared/corpora/hostile.tar.xz"


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the mboxes and Maildirs."""
    folder = tmp_path_factory.mktemp("corpora")
    with tarfile.open(HOSTILE) as packed:
        wanted = (member for member in packed if member.name.startswith(("other/mbox/", "other/maildir/")))
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # not before Python 3.11.4
        packed.extractall(folder, members=wanted)
    return folder / "other"


def test_the_same_mail_in_an_mbox_and_a_maildir_is_the_same(archives):
    in_mbox = {mail_sha256(message) for message in messages_in(archives / "mbox/built/usrp-500.mboxrd")}
    in_maildir = {mail_sha256(message) for message in messages_in(archives / "maildir/usrp-500")}
    assert len(in_mbox) == 500
    assert in_mbox == in_maildir


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("built/spamassassin-1000.mboxo", 1000),
        ("r-lists/r-help__2013-June.mbox", 1659),  # two sentences begin with "From" after an empty line
        ("r-lists/r-help__2020-June.mbox", 229),  # one does
        ("comm-central/mailnews__test__data__mbox_modern.mbox", 2),  # Thunderbird, quoting with a space
        ("sisimai/mailbox__mbox-0.mbox", 37),
    ],
)
def test_real_mboxes_are_split_where_their_messages_begin(archives, name, messages):
    assert sum(part.messages for part in parts_of(archives / "mbox" / name)) == messages
