"""The `statshop` command: which commands there are, and how errors become words. Imports a command only to call it."""

import argparse
import gc
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from pipeline.commands.words import sentence_of

PROBLEM = 1  # something is wrong that a person can mend
FAULT = 70  # a fault of the program (EX_SOFTWARE of sysexits.h)
INTERRUPTED = 130
COLLECTED_AFTER = (20_000, 20, 20)  # objects: what is imported makes hundreds of thousands, and all of them stay


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, the module that does it, and one line on what it does."""

    name: str
    module: str
    summary: str


class CommandModule(Protocol):
    """What a command's module offers."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it, and give the exit status."""


COMMANDS = (
    Command("init", "init", "write settings and rules for the team of another survey"),
    Command("poll", "poll", "fetch, tag and file what is new in the mailboxes, once"),
    Command("serve", "serve", "run the review page and the schedule"),
    Command("schedule", "schedule", "run the schedule alone"),
    Command("worker", "worker", "take jobs that are handed out over PostgreSQL"),
    Command("jobs", "job_list", "list the jobs that run, wait or failed, and how far large works are"),
    Command("status", "status", "tell the last runs, what waits, and what is due next"),
    Command("alerts", "alerts", "look whether somebody must be told of something"),
    Command("doctor", "doctor", "check settings, rules, database, mailboxes, disk and clock"),
    Command("upgrade", "upgrade", "bring the database to this version"),
    Command("backup", "backup", "copy the database to a file while everything goes on"),
    Command("restore", "restore", "put a backup in the place of the database"),
    Command("move", "move", "put what an SQLite file holds into the PostgreSQL database of the settings"),
    Command("verify", "verify", "check every stored byte, every table and the counts of the ledger"),
    Command("user", "user", "add and list the people who may sign in"),
    Command("import", "import_", "file messages from .eml, mbox, Maildir or .msg"),
    Command("classify", "classify", "tag message files without a database"),
    Command("explain", "explain", "show one message with the words that decided its tags"),
    Command("evaluate", "evaluate", "measure the rules on a folder of labelled messages"),
    Command("rules", "rules", "check the rule files, tell how each rule does, compare two folders of rules"),
    Command("learn", "learn", "learn a second opinion from what people decided"),
    Command("retag", "retag", "run today's rules over what is stored"),
    Command("rebuild", "rebuild", "make everything again from raw messages and decisions"),
    Command("retention", "retention", "take away what was kept long enough"),
    Command("person", "person", "find, export or erase a person"),
    Command("export", "export", "write out every stored message as JSON Lines"),
    Command("digest", "digest", "make a month's digest"),
    Command("quotes", "quotes", "show the quotes of a month as they would be published, or withdraw one"),
    Command("annex", "annex", "draft the annex of users and their uses"),
    Command("deliver", "deliver", "mail what was issued lately to the recipients of the settings"),
    Command("invitations", "invitations", "list known users to invite to the feedback session"),
    Command("opt-out", "opt_out", "take down that somebody does not want to be invited"),
    Command("agenda", "agenda", "gather what users raised for a meeting"),
    Command("pro-forma", "pro_forma", "write the form that asks users what they use data for"),
    Command("replies", "replies", "suggest replies to requests for data that state no use"),
    Command("set-aside", "set_aside", "list, show, retry and release what could not be read"),
    Command("ledger", "ledger", "tell what each folder held on the server, what is held of it, and what differs"),
)


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0, or 1 with a sentence on standard error, or 2 when misused.

    Without words it is the command of this process, which looks for garbage seldom, and at its end not at all.
    """
    if argv is not None:
        return _run(argv)
    gc.set_threshold(*COLLECTED_AFTER)
    try:
        return _run(sys.argv[1:])
    finally:
        gc.freeze()  # else all that was imported is gone through when the interpreter ends


def _run(words: Sequence[str]) -> int:
    try:
        return _done(words)
    except KeyboardInterrupt:  # also while the modules of a command still load
        print("Stopped. What was stored stays stored.", file=sys.stderr)
        return INTERRUPTED


def _done(words: Sequence[str]) -> int:
    args = _parser(words).parse_args(words)
    logging.basicConfig(handlers=[logging.NullHandler()])  # until a command sets its log up: libraries quote mail
    _speak_utf8()
    try:
        return _module(args.command).run(args)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the one place that turns every error into words
        if args.debug:
            raise
        sentence = sentence_of(error)
        print(sentence.words, file=sys.stderr)
        return FAULT if sentence.is_fault else PROBLEM


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says, so that no name in a message can stop the output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    """A parser that takes the options common to all commands, as do the parsers of its subcommands, at any depth."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        ours: dict[str, Any] = {"default": argparse.SUPPRESS}  # what stands before a subcommand is not undone behind it
        self.add_argument("--config", type=Path, metavar="FILE", help="the settings file", **ours)
        self.add_argument("--debug", action="store_true", help="show where in the program an error arose", **ours)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser with the arguments of the one command that is called; the others are only named."""
    parser = _Parser(
        prog="statshop", description="Reads a statistics team's mailbox and says who uses the statistics, and for what."
    )
    parser.set_defaults(config=Path("config.toml"), debug=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    called = next((word for word in words if word in {command.name for command in COMMANDS}), None)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.summary, description=_sentence(command.summary))
        if command.name == called:
            _module(command.name).arguments(sub)
    return parser


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."


def _module(name: str) -> CommandModule:
    module = next(command.module for command in COMMANDS if command.name == name)
    return cast(CommandModule, importlib.import_module(f"pipeline.commands.{module}"))


if __name__ == "__main__":
    sys.exit(run())
