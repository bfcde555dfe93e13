"""Read the rule files and check them all: every problem at once, each with its file, line and remedy.

A file is about one dimension (`dimension = "product"`), or about cues (`dimension = "cue"`), or plain data
(`kind = "table"`). It holds `[[tag]]`, `[[rule]]`, `[[cancel]]` and `[[situation]]` blocks; words.toml holds lists of
alternatives that patterns name with @.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.catalogue import PACKAGED, Catalogue, catalogue_entry, rule_files
from classifiers.domain_lists import problems_of_lists
from classifiers.errors import BadPattern, RuleError, RulesUnreadable
from classifiers.near import near
from classifiers.notation import SlotSequence, phrase, sequences
from classifiers.rawtokens import raw_sequence
from classifiers.rule import Rank, Rule, Rulebook, Situation, TokenSequence
from classifiers.rulelines import Block, blocks, line_at
from classifiers.tables import tags_of, without_unknown
from classifiers.values import REMARK, SOME, TEXT, TEXTS, WEIGHT, YES_NO, Each, Keys, Kind, Rows, faults
from classifiers.verdict import Dimension, ZoneKind
from classifiers.wholeness import Reading, check_whole

BODY = frozenset({ZoneKind.SUBJECT, ZoneKind.NEW, ZoneKind.FORWARDED, ZoneKind.ATTACHMENT, ZoneKind.QUOTED})
_PLAIN_ID = re.compile(r"[^\s:|*\"]+")
_TAG_ID = Kind(
    lambda value: isinstance(value, str) and _PLAIN_ID.fullmatch(value) is not None,
    "a name without blanks, colons and bars",
    'a short name: "ward-figures"',
)
_FORMER = Rows(Keys({"title": TEXT, "years": REMARK}, needed=(("title",),)))
_TAG = Keys(
    {
        "id": _TAG_ID, "title": TEXT, "description": REMARK, "designation": REMARK, "source": REMARK,
        "former_titles": _FORMER, "annex_user": REMARK, "in_annex": YES_NO,
    }
)  # fmt: skip
_RULE = Keys(
    {
        "id": TEXT, "tag": TEXT, "rank": TEXT, "phrases": SOME, "patterns": SOME, "exact": YES_NO, "zones": SOME,
        "tokens": Kind(lambda value: isinstance(value, list), "a list", 'tokens = [[{ LOWER = "word" }]]'),
        "weight": WEIGHT, "ok": SOME, "not": SOME, "why": REMARK, "needs": SOME,
    }
)  # fmt: skip
_SITUATION = Keys({"id": TEXT, "needs": SOME, "unless": SOME, "gives": SOME, "drops": SOME, "why": REMARK})
_BLOCKS = {"tag": _TAG, "rule": _RULE, "cancel": _RULE, "situation": _SITUATION}
_WRITTEN = ("phrases", "patterns", "tokens")
_NAMES = {"id", "tag"}  # without these a block cannot be read at all
_CURLY = frozenset("\u201c\u201d\u201e\u201f\u00ab\u00bb")
_FOR_TOML = "text in double quotes, lists in [ ], a comma between entries"


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    blocks: Mapping[str, list[Block]]
    dimension: Dimension | None


def load_rules(folder: Path | None = None) -> Rulebook:
    """Read all rule files of a folder (None: those that come with the program); raise RulesUnreadable.

    Whatever an edit makes of the files, it is said as a mistake in them: mail goes on by the rules that worked last.
    """
    try:
        return _loaded(folder)
    except (RulesUnreadable, OSError):
        raise
    except Exception as error:  # the mistakes that are known are named above, with their lines
        raise RulesUnreadable((beyond_us(folder, error),)) from error


def beyond_us(folder: Path | None, error: Exception) -> RuleError:
    """Give as a mistake in the rules what the program met when it tried to use them, and does not know."""
    reason = f"the program cannot use these rules ({type(error).__name__}: {error})"
    instead = "what was changed last as it was before"
    return RuleError(file=str(folder or PACKAGED), line=0, rule="", reason=reason, instead=instead)


def _loaded(folder: Path | None) -> Rulebook:
    paths = rule_files(folder)
    if not paths:
        raise RulesUnreadable((_no_files(folder or PACKAGED),))
    reading = Reading(lists={})
    parsed = _parsed(paths, reading)
    reading.lists = _lists(parsed)
    for path, (text, data) in parsed.items():
        _read_file(reading, path.name, text, data)
    check_whole(reading)
    tags = tags_of(reading.entries)
    if folder is not None:
        reading.problems += problems_of_lists(
            folder, tags[Dimension.USER_CATEGORY] if not reading.unread else frozenset()
        )
    if reading.problems:
        raise RulesUnreadable(tuple(reading.problems))
    return Rulebook(
        version=rules_version(folder),
        catalogue=Catalogue(entries=tuple(reading.entries)),
        rules=tuple(reading.rules),
        situations=tuple(reading.situations),
        tables={name: without_unknown(name, data, tags) for name, data in reading.tables.items()},
        folder=folder,
    )


def _no_files(folder: Path) -> RuleError:
    reason, instead = "the folder holds no rule file (.toml)", "the name of a folder that holds rules"
    if folder.is_file():
        reason, instead = "it is a file, and rules lie in a folder", f"{folder.parent}, or another folder of rules"
    elif not folder.exists():
        reason = "there is no such folder"
    return RuleError(file=str(folder), line=0, rule="", reason=reason, instead=instead)


def rules_version(folder: Path | None = None) -> str:
    """Give a short digest of all files of the folder, names and contents; hidden files and folders do not count."""
    digest, top = hashlib.sha256(), folder or PACKAGED
    for path in sorted(top.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(top).parts):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _parsed(paths: Iterable[Path], reading: Reading) -> dict[Path, tuple[str, dict[str, Any]]]:
    parsed = {}
    for path in paths:
        text = _text_of(path, reading)
        if text is None:
            continue
        try:
            parsed[path] = (text, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            reading.unread += text
            reading.problems.append(_toml_problem(path, text, error))
    return parsed


def _text_of(path: Path, reading: Reading) -> str | None:
    """Give the text of a file; None, and the problem, where it is no file or not saved as UTF-8."""
    reason, instead, line = "", "", 0
    try:
        if path.is_file():
            raw = path.read_bytes()
            return raw.decode("utf-8-sig").replace("\r\n", "\n")
        reason, instead = "not a file that can be read", "a rule file there, or give it another ending than .toml"
    except UnicodeDecodeError as error:
        reason, instead, line = "not saved as UTF-8", "a file saved as UTF-8", raw.count(b"\n", 0, error.start) + 1
        reading.unread += raw.decode("utf-8", errors="ignore")
    except OSError as error:
        reason, instead = f"cannot be read: {error.strerror}", "permissions that let the program read it"
    reading.problems.append(RuleError(file=path.name, line=line, rule="", reason=reason, instead=instead))
    return None


def _toml_problem(path: Path, text: str, error: Exception) -> RuleError:
    written = str(error).rpartition("at line ")[2].partition(",")[0]
    line = int(written) if written.isdigit() else 0
    lines = text.splitlines()
    curly = 0 < line <= len(lines) and not _CURLY.isdisjoint(lines[line - 1])
    instead = 'straight quotes ("), not curly ones' if curly else _FOR_TOML
    return RuleError(file=path.name, line=line, rule="", reason=f"not valid TOML: {error}", instead=instead)


def _lists(parsed: Mapping[Path, tuple[str, dict[str, Any]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, data in parsed.values():
        lists = data.get("lists", {})
        if isinstance(lists, dict):
            found |= {name: tuple(words) for name, words in lists.items() if TEXTS.fits(words)}
    return found


def _read_file(reading: Reading, name: str, text: str, data: dict[str, Any]) -> None:
    if data.get("kind") == "table":
        table = name.removesuffix(".toml")
        reading.tables[table], reading.texts[table] = data, text
        return
    written = data.get("dimension", "cue")
    known = [*Dimension, "cue"]
    if written not in known:
        reading.unread += text
        reading.problems.append(
            RuleError(file=name, line=1, rule="", reason=f"unknown dimension {written!r}", instead=near(written, known))
        )
        return
    file = _File(name, text, blocks(text), None if written == "cue" else Dimension(written))
    for key in data:
        if key not in {*_BLOCKS, "dimension", "kind", "lists"}:
            _problem(reading, file, None, key, f"unknown entry {key!r}", near(key, [*_BLOCKS, "lists", "dimension"]))
    for fault in faults(data.get("lists", {}), Each(TEXTS), {}, ("lists",)):
        line = line_at(text, fault.path)
        reading.problems.append(
            RuleError(file=name, line=line, rule="lists", reason=fault.reason, instead=fault.instead)
        )
    for kind in _BLOCKS:
        _read_blocks(reading, file, kind, data.get(kind, []))


def _read_blocks(reading: Reading, file: _File, kind: str, entries: Any) -> None:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        reading.unread += repr(entries).replace("'", '"')
        reason, instead = f"{kind!r} is no list of blocks", f"[[{kind}]], with two brackets, above each of them"
        line = line_at(file.text, (kind,))
        reading.problems.append(RuleError(file=file.name, line=line, rule="", reason=reason, instead=instead))
        return
    for place, entry in enumerate(entries):
        known = file.blocks.get(kind, [])
        _read_entry(reading, file, kind, known[place] if place < len(known) else None, entry)


def _read_entry(reading: Reading, file: _File, kind: str, block: Block | None, entry: dict[str, Any]) -> None:
    wrong = set[str]()
    for fault in faults(entry, _BLOCKS[kind], {}):
        key = str(fault.path[0])
        wrong.add(key)
        _problem(reading, file, block, key, fault.reason, fault.instead, entry)
    if "id" not in entry:
        _problem(reading, file, block, "id", f"a {kind} has no id", 'id = "a-short-name"', entry)
    if wrong & _NAMES or "id" not in entry:
        reading.unread += repr(entry).replace("'", '"')
        return
    sound = {key: value for key, value in entry.items() if key not in wrong}
    if kind == "tag":
        _read_tag(reading, file, sound, block)
    elif kind == "situation":
        _read_situation(reading, file, sound, block)
    else:
        _read_rule(reading, file, sound, block, cancels=kind == "cancel")


def _read_tag(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None) -> None:
    if file.dimension is None or "title" not in entry:
        _problem(reading, file, block, "title", "a tag needs a title and a file with a dimension", "", entry)
        return
    if any((one.dimension, one.id) == (file.dimension, entry["id"]) for one in reading.entries):
        _problem(reading, file, block, "id", f"the tag {entry['id']!r} stands twice in {file.dimension}", "one", entry)
        return
    reading.entries.append(catalogue_entry(file.dimension, entry))


def _read_situation(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None) -> None:
    if not entry.get("needs"):
        _problem(reading, file, block, "needs", "a situation needs cues", 'needs = ["a-cue"]', entry)
    reading.situations.append(
        Situation(
            id=entry["id"],
            file=file.name,
            line=block.first if block else 0,
            needs=_strings(entry, "needs"),
            unless=_strings(entry, "unless"),
            gives=_strings(entry, "gives"),
            drops=_strings(entry, "drops"),
            why=entry.get("why", ""),
        )
    )


def _read_rule(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None, *, cancels: bool) -> None:
    if not any(entry.get(key) for key in _WRITTEN):
        _problem(reading, file, block, "id", "the rule matches nothing", "phrases, patterns or tokens", entry)
    reading.rules.append(
        Rule(
            id=entry["id"],
            tag=entry.get("tag", ""),
            rank=_rank(reading, file, entry, block, cancels=cancels),
            file=file.name,
            line=block.first if block else 0,
            dimension=file.dimension,
            weight=float(entry.get("weight", 0.9)),
            needs=_strings(entry, "needs"),
            zones=_zones(reading, file, entry, block),
            sequences=_sequences(reading, file, entry, block),
            raw=_raw(reading, file, entry, block),
            written=(*_strings(entry, "phrases"), *_strings(entry, "patterns")),
            ok=_strings(entry, "ok"),
            not_ok=_strings(entry, "not"),
        )
    )


def _rank(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None, *, cancels: bool) -> Rank:
    if cancels:
        return Rank.CANCELS
    if file.dimension is None:
        return Rank.CUE
    written = entry.get("rank", "decides")
    if written not in ("decides", "supports"):
        _problem(reading, file, block, "rank", f"unknown rank {written!r}", '"decides" or "supports"', entry)
        return Rank.SUPPORTS
    return Rank(written)


def _zones(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None) -> frozenset[ZoneKind]:
    if "zones" not in entry:
        return BODY
    written = _strings(entry, "zones")
    wrong = [zone for zone in written if zone not in list(ZoneKind)]
    for zone in wrong:
        _problem(reading, file, block, "zones", f"unknown zone {zone!r}", near(zone, list(ZoneKind)), entry)
    if not written:
        _problem(reading, file, block, "zones", "no zone: it matches nowhere", 'zones = ["new"], or no zones', entry)
    return frozenset(ZoneKind(zone) for zone in written if zone not in wrong)


def _sequences(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None) -> tuple[SlotSequence, ...]:
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


def _raw(reading: Reading, file: _File, entry: dict[str, Any], block: Block | None) -> tuple[TokenSequence, ...]:
    found = []
    for tokens in entry.get("tokens", ()):
        try:
            found.append(raw_sequence(tokens))
        except BadPattern as bad:
            _problem(reading, file, block, "tokens", bad.reason, bad.instead, entry)
    return tuple(found)


def _strings(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _problem(
    reading: Reading,
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
