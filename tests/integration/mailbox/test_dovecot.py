"""What only a real server shows: TLS, folders, a rebuilt folder, moves with what it offers, many messages."""

import shutil
import time

import pytest
from fakes.certificates import Authority
from fakes.dovecot import running_dovecot

from pipeline.mail.errors import SignInRefused
from pipeline.mail.mailbox import AfterStore, Marked, Security
from pipeline.mail.signin import Password, Secret

pytestmark = pytest.mark.dovecot

MAIL = b"From: Ama Reed <ama@example.org>\r\nSubject: number %d\r\n\r\nText.\r\n"
MOVE = {"write": True, "after_store": AfterStore.MOVE, "after_store_argument": "Done"}


@pytest.fixture
def user(dovecot):
    name = dovecot.new_user()
    for number in range(3):
        dovecot.deliver(name, MAIL % number)
    return name


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_encrypted_connections(tmp_path, open_mailbox, security):
    authority = Authority(tmp_path)
    with running_dovecot(certificate=authority.issue().read_bytes()) as server:
        user = server.new_user()
        server.deliver(user, MAIL % 1)
        port = server.tls_port if security is Security.TLS else server.port
        fields = {"user": user, "host": "localhost", "port": port, "security": security}
        with open_mailbox(server, ca_file=authority.ca_file, **fields) as mailbox:
            assert len(list(mailbox.fetch(mailbox.examine("INBOX"), (1,)))) == 1


def test_a_wrong_password_is_refused_with_the_servers_words(dovecot, open_mailbox):
    mailbox = open_mailbox(dovecot, sign_in=Password(secret=Secret("wrong")))
    with pytest.raises(SignInRefused, match="Authentication failed"):
        mailbox.__enter__()


def test_a_password_with_letters_beyond_ascii_reaches_the_server(dovecot, open_mailbox):
    mailbox = open_mailbox(dovecot, sign_in=Password(secret=Secret("wröng")))
    with pytest.raises(SignInRefused, match="Authentication failed"):
        mailbox.__enter__()


def test_f15_nested_folders_with_accents_are_read(dovecot, open_mailbox, user):
    with open_mailbox(dovecot, user=user) as mailbox:
        mailbox._connected().client.create_folder("Enquêtes.2011 März")
        assert "Enquêtes.2011 März" in mailbox.folders()
        assert mailbox.examine("Enquêtes/2011 März").server_name == "Enquêtes.2011 März"
        assert mailbox.examine("Enquêtes.2011 März").exists == 0


def test_f1_a_rebuilt_folder_has_another_uidvalidity(dovecot, open_mailbox, user):
    with open_mailbox(dovecot, user=user) as mailbox:
        before = mailbox.examine("INBOX")
    time.sleep(1.1)  # Dovecot's UIDVALIDITY is the second the folder was made in
    for path in dovecot.maildir(user).glob("dovecot*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    with open_mailbox(dovecot, user=user) as mailbox:
        assert mailbox.examine("INBOX").uidvalidity != before.uidvalidity


@pytest.mark.parametrize(
    ("offers", "moved"),
    [("MOVE UIDPLUS", (1, 3)), ("UIDPLUS", (1, 3)), ("", ())],
    ids=["MOVE", "UIDPLUS alone", "neither"],
)
def test_f36_messages_are_moved_with_what_the_server_offers(open_mailbox, offers, moved):
    with running_dovecot(options=f"imap_capability = IMAP4rev1 LITERAL+ {offers}\n") as server:
        user = server.new_user()
        for number in range(3):
            server.deliver(user, MAIL % number)
        with open_mailbox(server, user=user, **MOVE) as mailbox:
            mailbox._connected().client.create_folder("Done")
            assert mailbox.mark(mailbox.examine("INBOX"), (1, 3)).done == moved
            assert mailbox.examine("Done").exists == len(moved)
            assert mailbox.examine("INBOX").exists == 3 - len(moved)


def test_what_the_server_offers_only_after_sign_in_is_used(dovecot, open_mailbox, user):
    with open_mailbox(dovecot, user=user, **MOVE) as mailbox:
        mailbox._connected().client.create_folder("Done")
        assert mailbox.mark(mailbox.examine("INBOX"), (2,)) == Marked(done=(2,))
        assert "MOVE" in mailbox._connected().capabilities()


def test_a_keyword_is_kept(dovecot, open_mailbox, user):
    fields = {"write": True, "after_store": AfterStore.KEYWORD, "after_store_argument": "StatShop"}
    with open_mailbox(dovecot, user=user, **fields) as mailbox:
        status = mailbox.examine("INBOX")
        assert mailbox.mark(status, (2,)) == Marked(done=(2,))
        assert mailbox.unmarked(mailbox.examine("INBOX"), upto=3) == (1, 3)


def test_f12_f35_five_thousand_messages_list_in_short_commands_and_an_idle_poll_is_cheap(dovecot, open_mailbox):
    user = dovecot.new_user()
    new = dovecot.maildir(user) / "new"
    for number in range(5_000):
        (new / f"{1_300_000_000 + number}.M1P1.host").write_bytes(MAIL % number)
    with open_mailbox(dovecot, user=user) as mailbox:
        status = mailbox.examine("INBOX")
        uids = mailbox.uids(status, after=0)
        assert len(uids) == len(mailbox.sizes(status, uids)) == 5_000
    with open_mailbox(dovecot, user=user) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=uids[-1]) == ()
        assert mailbox.bytes_received < 5_000
