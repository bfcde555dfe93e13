"""`statshop init`: write settings and rule files for the team of another survey."""

import argparse
import sys
from pathlib import Path

from pipeline.adapting.making import write_start
from pipeline.adapting.survey import NewSurvey, product_of, slug, user_of
from pipeline.commands.address_asked import address_asked
from pipeline.errors import AnswerMissing, TitleMissing

_QUESTIONS = {
    "survey": "What is the survey called?",
    "mailbox": "Which address do its users write to?",
    "organisation": "Which organisation publishes it?",
    "area": "Which area do its figures cover?",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; what is left out is asked for."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where config.toml and rules/ go")
    parser.add_argument("--survey", metavar="NAME", help="what the survey is called")
    parser.add_argument("--mailbox", metavar="ADDRESS", help="the address that its users write to")
    parser.add_argument("--organisation", metavar="NAME", help="who publishes it")
    parser.add_argument("--area", metavar="NAME", help="the area its figures cover, as digests say it")
    parser.add_argument("--host", default="", help="the IMAP server")
    product, user = (
        "a product: “Title; further words, by commas” (repeat)",
        "a user of the annex: “Title; its domain” (repeat)",
    )
    parser.add_argument("--product", action="append", metavar="TEXT", help=product)
    parser.add_argument("--user", action="append", metavar="TEXT", help=user)


def run(args: argparse.Namespace) -> int:
    """Ask for what is missing, write the files, and say what comes next."""
    single = {name: getattr(args, name) or _asked(name, question) for name, question in _QUESTIONS.items()}
    products = args.product or _several("product", 'A product, as "Title; further words, by commas"')
    users = (
        args.user
        if args.user is not None or not sys.stdin.isatty()
        else _several("user", 'A user, as "Title; its domain"')
    )
    for name, texts in (("product", products), ("user", users or ())):
        if not all(slug(text.partition(";")[0]) for text in texts):
            raise TitleMissing(name)
    survey = NewSurvey(
        name=single["survey"],
        mailbox=address_asked(single["mailbox"]),
        organisation=single["organisation"],
        area=single["area"],
        host=args.host,
        products=tuple(map(product_of, products)),
        users=tuple(map(user_of, users or ())),
    )
    print("\n".join(str(path) for path in write_start(survey, args.folder)))
    print("Now read rules/products.toml, then: statshop rules check; statshop classify a-message.eml")
    return 0


def _asked(name: str, question: str) -> str:
    if not sys.stdin.isatty():
        raise AnswerMissing(name)
    while not (answer := input(f"{question} ").strip()):
        pass
    return answer


def _several(name: str, question: str) -> list[str]:
    """Ask until an empty line."""
    if not sys.stdin.isatty():
        raise AnswerMissing(name)
    answers = []
    while answer := input(f"{question} (empty: no more) ").strip():
        answers.append(answer)
    return answers
