"""How rules do, and what two folders of rules say differently, as lines of text."""

from collections.abc import Collection, Iterable, Iterator

from classifiers.rule import Rank, Rulebook
from pipeline.flow.comparing import Comparison, Moved, TagChange
from storage.rule_stats import RuleFigures, RulesFigures

_MOST_NAMED = 20  # messages named of a change
_NOTES = {None: "", True: " (a person says so too)", False: " (against a person)"}


def figure_lines(found: RulesFigures, rulebook: Rulebook) -> list[str]:
    """Give a line a rule, then the dead ones and those that always match together."""
    lines = [f"{found.messages:,} messages, {found.decided:,} of them reviewed."]
    other = sum(messages for version, messages in found.versions if version != rulebook.version)
    if other:
        lines.append(f"{other:,} were last read with other rules than today's; `statshop retag` reads them again.")
    width = max((len(one.rule) for one in found.rules), default=4)
    lines += ["", f"{'rule':{width}}  messages  judged    kept  added by people"]
    lines += [_figures(one, width) for one in found.rules]
    lines += ["", *_dead(found, rulebook), *_together(found)]
    return lines


def whose_lines(own: Collection[str], whose: Collection[str]) -> list[str]:
    """Say whose mail was read, where mailboxes have rules of their own: all their names, and those read."""
    if whose:
        return [f"Read is the mail of {', '.join(whose)} alone, which these rules are for."]
    if own:
        return [f"The mail of {', '.join(own)} is left out: it is read by rules of its own."]
    return []


def comparison_lines(found: Comparison) -> list[str]:
    """Give what each tag gains and loses, with the numbers of the messages; those that people decided are marked."""
    lines = [f"Read {found.read:,} messages with both: {len(found.changes):,} change. Nothing was written."]
    lines += [line for tag in found.tags() for line in _tag(tag)]
    decided = [change for change in found.changes if change.person is not None]
    if decided:
        nearer = sum(change.new == change.person for change in decided)
        away = sum(change.old == change.person for change in decided)
        lines += ["", f"People have reviewed {len(decided):,} of these. Their decisions stay as they are."]
        lines.append(f"The new rules come to say what a person said in {nearer:,}, and cease to in {away:,}.")
    return lines


def _figures(one: RuleFigures, width: int) -> str:
    kept = f"{one.agreed / one.judged:.0%}" if one.judged else "-"
    return f"{one.rule:{width}}  {one.messages:8,}  {one.judged:6,}  {kept:>6}  {one.added or '-':>5}"


def _dead(found: RulesFigures, rulebook: Rulebook) -> Iterator[str]:
    alive = {one.rule for one in found.rules if one.messages}
    dead = [rule for rule in rulebook.rules if rule.rank in (Rank.DECIDES, Rank.SUPPORTS) and rule.id not in alive]
    if dead:
        yield f"Matched in no message: {len(dead)}"
        yield from (f"    {rule.id}, {rule.file} line {rule.line}" for rule in dead)


def _together(found: RulesFigures) -> Iterator[str]:
    if found.together:
        yield "Always match in the same messages:"
        yield from (f"    {pair.first} and {pair.second}, {pair.messages:,} messages" for pair in found.together)


def _tag(change: TagChange) -> list[str]:
    dimension, value = change.tag
    lines = [f"{dimension}: {value}: gains {len(change.gains):,}, loses {len(change.losses):,}"]
    lines += [f"    {sign} {_named(moved)}" for sign, moved in (("+", change.gains), ("-", change.losses)) if moved]
    return lines


def _named(moved: Iterable[Moved]) -> str:
    """Name the messages, those on which people have decided first."""
    in_order = sorted(moved, key=lambda one: (one.says is None, one.says is not False, one.message_id))
    named = ", ".join(f"{one.message_id}{_NOTES[one.says]}" for one in in_order[:_MOST_NAMED])
    more = len(in_order) - _MOST_NAMED
    return f"{named} and {more:,} more" if more > 0 else named
