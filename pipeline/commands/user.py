"""`statshop user`: the people who may sign in to the review page."""

import argparse
import getpass
import secrets
import sys

from storage.users import add_user, users

from pipeline.commands.opening import house_of, settings_of, storage_url
from pipeline.errors import PasswordTooShort
from review.passwords import hash_password
from storage.engine import Store, open_store

ROLES = ("reader", "reviewer", "administrator")
SHORTEST_PASSWORD = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a person; the password is asked for, or read from standard input")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=ROLES, default="reviewer")
    add.add_argument("--make-password", action="store_true", help="make a password and print it once")
    actions.add_parser("list", help="list the people and their roles")


def run(args: argparse.Namespace) -> int:
    """Add or list."""
    with open_store(storage_url(settings_of(args), house_of(args))) as store:
        if args.action == "list":
            print("\n".join(f"{user.name}  {user.role}" for user in users(store)) or "There is nobody yet.")
        else:
            _add(store, args)
    return 0


def made_password() -> str:
    """Make a password that is long enough to be safe and short enough to be typed."""
    return secrets.token_urlsafe(12)


def _add(store: Store, args: argparse.Namespace) -> None:
    password = made_password() if args.make_password else _asked_password()
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(SHORTEST_PASSWORD)
    add_user(store, args.name, hash_password(password), args.role)
    print(f"{args.name} may sign in as {args.role}.")
    if args.make_password:
        print(f"Password, shown this once: {password}")


def _asked_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
