"""Read the rule files and check them all: every problem at once, each with its file, line and remedy.

A file is about one dimension (`dimension = "product"`), or about cues (`dimension = "cue"`), or plain data
(`kind = "table"`). It holds `[[tag]]`, `[[rule]]`, `[[cancel]]` and `[[situation]]` blocks; words.toml holds lists of
alternatives that patterns name with @.
"""

import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifiers import confidence
from classifiers.catalogue import PACKAGED, Catalogue, CatalogueEntry, catalogue_entry
from classifiers.errors import BadPattern, RuleError, RulesUnreadable
from classifiers.notation import SlotSequence, phrase, sequences
from classifiers.rawtokens import raw_sequence
from classifiers.rule import Rank, Rule, Rulebook, Situation, TokenSequence
from classifiers.rulelines import Block, blocks
from classifiers.verdict import Dimension, ZoneKind

BODY = frozenset({ZoneKind.SUBJECT, ZoneKind.NEW, ZoneKind.FORWARDED, ZoneKind.ATTACHMENT, ZoneKind.QUOTED})
_TAG_KEYS = frozenset(
    ["id", "title", "description", "designation", "source", "former_titles", "annex_user", "in_annex"]
)
_RULE_KEYS = frozenset(
    ["id", "tag", "rank", "phrases", "patterns", "tokens", "exact", "zones", "weight", "ok", "not", "why", "needs"]
)
_SITUATION_KEYS = frozenset(["id", "needs", "unless", "gives", "drops", "why"])
_BLOCKS = {"tag": _TAG_KEYS, "rule": _RULE_KEYS, "cancel": _RULE_KEYS, "situation": _SITUATION_KEYS}
_WRITTEN = {"phrases", "patterns", "tokens"}


@dataclass(slots=True)
class _Reading:
    """What has been read so far; problems gather here."""

    lists: Mapping[str, Sequence[str]]
    problems: list[RuleError] = field(default_factory=list)
    entries: list[CatalogueEntry] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    situations: list[Situation] = field(default_factory=list)
    tables: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    data: Mapping[str, Any]
    blocks: Mapping[str, list[Block]]
    dimension: Dimension | None


def load_rules(folder: Path | None = None) -> Rulebook:
    """Read all rule files of a folder (None: those that come with the program); raise RulesUnreadable."""
    paths = sorted((folder or PACKAGED).glob("*.toml"))
    parsed, problems = _parsed(paths)
    if not paths:
        problems.append(RuleError(file=str(folder), line=0, rule="", reason="the folder holds no .toml file"))
    reading = _Reading(lists=_lists(parsed), problems=problems)
    for path, (text, data) in parsed.items():
        _read_file(reading, path.name, text, data)
    _check_whole(reading)
    if reading.problems:
        raise RulesUnreadable(tuple(reading.problems))
    return Rulebook(
        version=rules_version(folder),
        catalogue=Catalogue(entries=tuple(reading.entries)),
        rules=tuple(reading.rules),
        situations=tuple(reading.situations),
        tables=reading.tables,
        folder=folder,
    )


def rules_version(folder: Path | None = None) -> str:
    """Give a short digest of all files of the folder, names and contents; hidden files and folders do not count."""
    digest, top = hashlib.sha256(), folder or PACKAGED
    for path in sorted(top.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(top).parts):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _parsed(paths: Iterable[Path]) -> tuple[dict[Path, tuple[str, dict[str, Any]]], list[RuleError]]:
    parsed, problems = {}, []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
            parsed[path] = (text, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            problems.append(_toml_problem(path, error))
    return parsed, problems


def _toml_problem(path: Path, error: Exception) -> RuleError:
    line = str(error).rpartition("at line ")[2].partition(",")[0]
    return RuleError(
        file=path.name,
        line=int(line) if line.isdigit() else 0,
        rule="",
        reason=f"not valid TOML: {error}",
        instead="text in double quotes, lists in [ ], a comma between entries",
    )


def _lists(parsed: Mapping[Path, tuple[str, dict[str, Any]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, data in parsed.values():
        lists = data.get("lists", {})
        if isinstance(lists, dict):
            found |= {name: tuple(words) for name, words in lists.items() if isinstance(words, list)}
    return found


def _read_file(reading: _Reading, name: str, text: str, data: dict[str, Any]) -> None:
    if data.get("kind") == "table":
        _read_table(reading, name, text, data)
        return
    written = data.get("dimension", "cue")
    known = [*Dimension, "cue"]
    if written not in known:
        reading.problems.append(
            RuleError(
                file=name, line=1, rule="", reason=f"unknown dimension {written!r}", instead=_near(written, known)
            )
        )
        return
    file = _File(name, data, blocks(text), None if written == "cue" else Dimension(written))
    for key in data:
        if key not in {*_BLOCKS, "dimension", "kind", "lists"}:
            _problem(reading, file, None, key, f"unknown entry {key!r}", _near(key, [*_BLOCKS, "lists", "dimension"]))
    for kind in _BLOCKS:
        for place, entry in enumerate(data.get(kind, [])):
            _read_entry(reading, file, kind, place, entry)


def _read_table(reading: _Reading, name: str, text: str, data: dict[str, Any]) -> None:
    table = name.removesuffix(".toml")
    reading.tables[table] = data
    for key, reason in confidence.problems_of(data) if table == confidence.TABLE else ():
        lines = (
            number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith((key, f'"{key}"'))
        )
        remedy = _near(key, sorted(confidence.DOUBTS)) if key not in confidence.DOUBTS else f'"{key}" = 0.5'
        reading.problems.append(RuleError(file=name, line=next(lines, 0), rule=key, reason=reason, instead=remedy))


def _read_entry(reading: _Reading, file: _File, kind: str, place: int, entry: dict[str, Any]) -> None:
    known = file.blocks.get(kind, [])
    block = known[place] if place < len(known) else None
    for key in entry.keys() - _BLOCKS[kind]:
        _problem(reading, file, block, key, f"unknown key {key!r}", _near(key, _BLOCKS[kind]), entry)
    if not isinstance(entry.get("id"), str) or not entry["id"]:
        _problem(reading, file, block, "id", f"a {kind} has no id", 'id = "a-short-name"', entry)
        return
    if kind == "tag":
        _read_tag(reading, file, entry, block)
    elif kind == "situation":
        _read_situation(reading, file, entry, block)
    else:
        _read_rule(reading, file, entry, block, cancels=kind == "cancel")


def _read_tag(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None) -> None:
    if file.dimension is None or not isinstance(entry.get("title"), str):
        _problem(reading, file, block, "title", "a tag needs a title and a file with a dimension", "", entry)
        return
    try:
        reading.entries.append(catalogue_entry(file.dimension, entry))
    except (KeyError, TypeError):
        remedy = 'former_titles = [{ title = "...", years = "..." }]'
        _problem(reading, file, block, "former_titles", "a former title has no title", remedy, entry)


def _read_situation(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None) -> None:
    if not entry.get("needs"):
        _problem(reading, file, block, "needs", "a situation needs cues", 'needs = ["a-cue"]', entry)
    reading.situations.append(
        Situation(
            id=entry["id"],
            file=file.name,
            line=block.first if block else 0,
            needs=tuple(entry.get("needs", ())),
            unless=tuple(entry.get("unless", ())),
            gives=tuple(entry.get("gives", ())),
            drops=tuple(entry.get("drops", ())),
            why=entry.get("why", ""),
        )
    )


def _read_rule(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None, *, cancels: bool) -> None:
    rank = _rank(reading, file, entry, block, cancels=cancels)
    weight = entry.get("weight", 0.9)
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 < weight <= 1:
        _problem(reading, file, block, "weight", f"weight {weight!r} is not between 0 and 1", "0.9", entry)
        weight = 0.9
    if not _WRITTEN & entry.keys():
        _problem(reading, file, block, "id", "the rule matches nothing", "phrases, patterns or tokens", entry)
    reading.rules.append(
        Rule(
            id=entry["id"],
            tag=entry.get("tag", ""),
            rank=rank,
            file=file.name,
            line=block.first if block else 0,
            dimension=file.dimension,
            weight=float(weight),
            needs=_strings(entry, "needs"),
            zones=_zones(reading, file, entry, block),
            sequences=_sequences(reading, file, entry, block),
            raw=_raw(reading, file, entry, block),
            written=(*_strings(entry, "phrases"), *_strings(entry, "patterns")),
            ok=_strings(entry, "ok"),
            not_ok=_strings(entry, "not"),
        )
    )


def _rank(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None, *, cancels: bool) -> Rank:
    if cancels:
        return Rank.CANCELS
    if file.dimension is None:
        return Rank.CUE
    written = entry.get("rank", "decides")
    if written not in ("decides", "supports"):
        _problem(reading, file, block, "rank", f"unknown rank {written!r}", '"decides" or "supports"', entry)
        return Rank.SUPPORTS
    return Rank(written)


def _zones(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None) -> frozenset[ZoneKind]:
    written = entry.get("zones")
    if written is None:
        return BODY
    wrong = [zone for zone in written if zone not in list(ZoneKind)]
    for zone in wrong:
        _problem(reading, file, block, "zones", f"unknown zone {zone!r}", _near(zone, list(ZoneKind)), entry)
    return frozenset(ZoneKind(zone) for zone in written if zone not in wrong)


def _sequences(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None) -> tuple[SlotSequence, ...]:
    found: list[SlotSequence] = []
    for key in ("phrases", "patterns"):
        for written in _strings(entry, key):
            try:
                if key == "phrases":
                    found.append(phrase(written, exact=bool(entry.get("exact"))))
                else:
                    found.extend(sequences(written, reading.lists))
            except BadPattern as bad:
                line = block.line_of(key, written) if block else 0
                reading.problems.append(
                    RuleError(file=file.name, line=line, rule=entry["id"], reason=bad.reason, instead=bad.instead)
                )
    return tuple(dict.fromkeys(found))


def _raw(reading: _Reading, file: _File, entry: dict[str, Any], block: Block | None) -> tuple[TokenSequence, ...]:
    found = []
    for tokens in entry.get("tokens", ()):
        try:
            found.append(raw_sequence(tokens))
        except BadPattern as bad:
            _problem(reading, file, block, "tokens", bad.reason, bad.instead, entry)
    return tuple(found)


def _strings(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, ())
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else (str(value),)


def _problem(
    reading: _Reading,
    file: _File,
    block: Block | None,
    key: str,
    reason: str,
    instead: str,
    entry: Mapping[str, Any] | None = None,
) -> None:
    rule = str((entry or {}).get("id", ""))
    line = block.line_of(key) if block else 0
    reading.problems.append(RuleError(file=file.name, line=line, rule=rule, reason=reason, instead=instead))


def _near(word: str, known: Iterable[str]) -> str:
    names = [str(name) for name in known]
    close = difflib.get_close_matches(str(word), names, 1)
    return f"{close[0]!r}" if close else "one of " + ", ".join(sorted(names))


def _check_whole(reading: _Reading) -> None:
    """Check what only the files together can tell: double ids, tags and cues that nobody knows."""
    seen: dict[str, Rule | Situation] = {}
    named: list[Rule | Situation] = [*reading.rules, *reading.situations]
    for one in named:
        if one.id in seen:
            other = seen[one.id]
            _whole(reading, one, f"the id stands also in {other.file}:{other.line}", "another id")
        seen[one.id] = one
    tags = {(entry.dimension, entry.id) for entry in reading.entries}
    for rule in reading.rules:
        if not rule.tag:
            _whole(reading, rule, "the rule has no tag", 'tag = "..."')
        elif rule.dimension is not None and (rule.dimension, rule.tag) not in tags:
            known = [tag for dimension, tag in tags if dimension is rule.dimension]
            _whole(reading, rule, f"no tag {rule.tag!r} in {rule.dimension}", _near(rule.tag, known))
    _check_situations(reading, tags)


def _check_needs(reading: _Reading, cues: set[str]) -> None:
    for rule in reading.rules:
        for cue in rule.needs:
            if cue not in cues:
                _whole(reading, rule, f"no cue is called {cue!r}", _near(cue, cues))


def _check_cancels(reading: _Reading, cues: set[str]) -> None:
    for rule in reading.rules:
        if rule.rank is Rank.CANCELS and rule.dimension is None and rule.tag and rule.tag not in cues:
            _whole(reading, rule, f"it cancels {rule.tag!r}, and no cue is called so", _near(rule.tag, cues))


def _check_situations(reading: _Reading, tags: set[tuple[Dimension, str]]) -> None:
    cues = {rule.tag for rule in reading.rules if rule.rank is Rank.CUE}
    _check_needs(reading, cues)
    _check_cancels(reading, cues)
    named = {f"{dimension}:{tag}" for dimension, tag in tags} | {f"{dimension}:*" for dimension in Dimension}
    for situation in reading.situations:
        for cue in (name for written in (*situation.needs, *situation.unless) for name in written.split("|")):
            if cue not in cues and not _is_known(cue, named):
                _whole(reading, situation, f"no cue is called {cue!r}", _near(cue, cues))
        for effect in (*situation.gives, *situation.drops):
            if effect not in named:
                _whole(reading, situation, f"no tag {effect!r}", _near(effect, named))


def _is_known(cue: str, named: set[str]) -> bool:
    """Tell whether a name is a tag in the form "dimension:value"."""
    return ":" in cue and cue in named


def _whole(reading: _Reading, one: Rule | Situation, reason: str, instead: str) -> None:
    reading.problems.append(RuleError(file=one.file, line=one.line, rule=one.id, reason=reason, instead=instead))
