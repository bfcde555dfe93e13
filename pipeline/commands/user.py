"""`statshop user`: the people who may sign in to the review page."""

import argparse
import getpass
import secrets
import sys

from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.errors import UnfitPerson
from review.passwords import hash_password, name_problem, password_problem
from review.tokens import Scope, hash_of, new_token
from storage.engine import Store, open_store
from storage.errors import NoSuchUser, UserRemoved
from storage.flags import flags_up
from storage.order import LONDON
from storage.records import User
from storage.tokens import Token, add_token, revoke_token, tokens
from storage.users import add_user, remove_user, set_password_hash, user_named, users

ROLES = ("reader", "reviewer", "administrator")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a person; the password is asked for, or read from standard input")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=ROLES, default="reviewer")
    how = add.add_mutually_exclusive_group()
    how.add_argument("--make-password", action="store_true", help="make a password and print it once")
    how.add_argument("--sign-on", action="store_true", help="without a password: they come by single sign-on alone")
    password = actions.add_parser("password", help="give a person a new password, and end their sessions")
    password.add_argument("name", metavar="NAME")
    password.add_argument("--make-password", action="store_true", help="make a password and print it once")
    remove = actions.add_parser("remove", help="shut a person out: password, sessions, tokens and single sign-on")
    remove.add_argument("name", metavar="NAME")
    actions.add_parser("list", help="list the people and their roles")
    token = actions.add_parser("token", help="make a token for somebody's scripts and print it once")
    token.add_argument("name", metavar="NAME")
    token.add_argument("--scope", action="append", choices=[scope.value for scope in Scope], required=True)
    token.add_argument("--label", default="made on the command line", help="what it is for")
    actions.add_parser("tokens", help="list the tokens, without their secrets")
    revoke = actions.add_parser("revoke", help="revoke a token: scripts that use it are refused")
    revoke.add_argument("number", type=int, metavar="NUMBER")


def run(args: argparse.Namespace) -> int:
    """Do what was asked for."""
    with open_store(storage_url(settings_of(args), house_of(args))) as store:
        _ACTIONS[args.action](store, args)
    return 0


def made_password() -> str:
    """Make a password that is long enough to be safe and short enough to be typed."""
    return secrets.token_urlsafe(12)


def _add(store: Store, args: argparse.Namespace) -> None:
    name = args.name.strip()
    if problem := name_problem(name):
        raise UnfitPerson(problem)
    if args.sign_on:
        add_user(store, name, "", args.role)
        print(f"{name} may sign in by single sign-on as {args.role}.")
        return
    password = _fit_password(args, name, "Nobody was added")
    add_user(store, name, hash_password(password), args.role)
    print(f"{name} may sign in as {args.role}.")
    _show(args, password)


def _give_password(store: Store, args: argparse.Namespace) -> None:
    user = _standing(store, args.name)
    password = _fit_password(args, user.name, "The password stays as it was")
    set_password_hash(store, user.id, hash_password(password))
    print(f"{user.name} has a new password, and is signed out everywhere.")
    _show(args, password)


def _remove(store: Store, args: argparse.Namespace) -> None:
    user = user_named(store, args.name)
    if user is None:
        raise NoSuchUser(args.name)
    remove_user(store, user.id, now=clock())
    print(f"{user.name} may no longer sign in; their tokens are revoked. The history keeps their name.")
    if flagged := flags_up(store).get(user.name, 0):
        print(
            f"Flagged for them: {flagged:,}. The page's filter “Flagged for” lists these, to be flagged for somebody."
        )


def _standing(store: Store, name: str) -> User:
    user = user_named(store, name)
    if user is None:
        raise NoSuchUser(name)
    if user.is_removed:
        raise UserRemoved(user.name)
    return user


def _fit_password(args: argparse.Namespace, name: str, not_done: str) -> str:
    password = made_password() if args.make_password else _asked_password()
    if problem := password_problem(password, name):
        raise UnfitPerson(problem, not_done)
    return password


def _show(args: argparse.Namespace, password: str) -> None:
    if args.make_password:
        print(f"Password, shown this once: {password}")


def _list(store: Store, args: argparse.Namespace) -> None:
    print("\n".join(f"{user.name}  {user.role}" for user in users(store)) or "There is nobody yet.")


def _make_token(store: Store, args: argparse.Namespace) -> None:
    user = _standing(store, args.name)
    secret, scopes = new_token(), sorted(set(args.scope))
    made = {"name": args.label, "scopes": scopes, "token_hash": hash_of(secret)}
    token = add_token(store, user.id, **made, who="the command line", now=clock())
    print(f"Token {token.id} of {user.name} may {', '.join(scopes)}.\nToken, shown this once: {secret}")


def _list_tokens(store: Store, args: argparse.Namespace) -> None:
    lines = [f"{one.id}  {one.user_name}  {', '.join(one.scopes)}  {one.name}{_revoked(one)}" for one in tokens(store)]
    print("\n".join(lines) or "There is no token yet.")


def _revoked(token: Token) -> str:
    return f"  (revoked {token.revoked_at.astimezone(LONDON):%Y-%m-%d})" if token.revoked_at else ""


def _revoke(store: Store, args: argparse.Namespace) -> None:
    revoke_token(store, args.number, now=clock())
    print(f"Token {args.number} is revoked.")


def _asked_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


_ACTIONS = {
    "add": _add,
    "password": _give_password,
    "remove": _remove,
    "list": _list,
    "token": _make_token,
    "tokens": _list_tokens,
    "revoke": _revoke,
}
