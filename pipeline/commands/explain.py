"""`statshop explain`: one message with its words lit up, and why each tag stands."""

import argparse
import sys
from pathlib import Path

from classifiers.verdict import Hit, MessageText, Role, Verdict, Zone
from pipeline.commands.classifying import files_in, read_files
from pipeline.commands.opening import clock, house_of, reader_of, settings_of
from pipeline.flow.reading import Reading

_LIT, _PLAIN = "\033[1;7m", "\033[0m"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a message file")
    parser.add_argument("--colour", action="store_true", help="light words up also where this is not a terminal")


def run(args: argparse.Namespace) -> int:
    """Print the message zone by zone, then each tag with the words that decided it."""
    settings = settings_of(args)
    with reader_of(settings, house_of(args)) as reader:
        _, outcome = next(read_files(files_in([args.file]), reader, clock()))
    if not isinstance(outcome, Reading):
        print(outcome.reason, file=sys.stderr)
        return 1
    marks = (_LIT, _PLAIN) if args.colour or sys.stdout.isatty() else ("[[", "]]")
    print("\n".join([*_message(outcome.text, outcome.verdict, marks), "", *_why(outcome.verdict, outcome.text)]))
    return 0


def lit(text: str, spans: list[tuple[int, int]], marks: tuple[str, str]) -> str:
    """Give a text with marks around its spans; spans that touch or overlap become one."""
    parts, place = [], 0
    for start, end in _joined(spans):
        parts += [text[place:start], marks[0], text[start:end], marks[1]]
        place = end
    return "".join([*parts, text[place:]])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _message(text: MessageText, verdict: Verdict, marks: tuple[str, str]) -> list[str]:
    deciding = [hit for tag in verdict.tags for hit in tag.hits]
    return [line for place, zone in enumerate(text.zones) for line in _zone(place, zone, deciding, marks)]


def _zone(place: int, zone: Zone, hits: list[Hit], marks: tuple[str, str]) -> list[str]:
    spans = [(hit.start, hit.end) for hit in hits if hit.zone == place]
    title = f"{zone.kind} {zone.name}".strip()
    return [f"-- {title}", lit(zone.text.rstrip(), spans, marks)]


def _why(verdict: Verdict, text: MessageText) -> list[str]:
    lines = [f"Rules version {verdict.rules_version}"]
    for tag in verdict.tags:
        lines.append(f"{tag.dimension}: {tag.value} ({tag.confidence:.2f}) {tag.reason}".rstrip())
        lines += [f"    {hit.rule}: “{_folded(hit.words)}” in {_place(hit, text)}" for hit in tag.hits]
    lines += [f"{item.kind} quoted ({item.rule}): “{_folded(item.text)}”" for item in verdict.statements]
    aside = [hit for hit in verdict.hits if hit.role is Role.SET_ASIDE]
    lines += [f"set aside: {hit.value}, “{_folded(hit.words)}” ({hit.rule})" for hit in aside]
    lines.append(
        "A person must look: " + "; ".join(verdict.reasons) if verdict.needs_person else "No person is needed."
    )
    return lines


def _place(hit: Hit, text: MessageText) -> str:
    if hit.zone < 0:
        return "the address"
    return f"{text.zones[hit.zone].kind} at {hit.start}"


def _folded(words: str) -> str:
    return " ".join(words.split())
