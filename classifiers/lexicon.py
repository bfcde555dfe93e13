"""What each written word means to the rules, worked out once a word and kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from classifiers.compiling import NUMBERS
from classifiers.shapes import Index, Search, Shape, index_of
from classifiers.spelling import Spelling
from classifiers.verdict import ZoneKind
from classifiers.words import form_of, stem

_MOST_WORDS = 60_000
_BEGINNING = 3  # letters: of a word that begins like no word* nothing else is tried
_UNKNOWN = "\u00b7"


@dataclass(slots=True, eq=False)
class Entry:
    """A written word: the atoms of rules that it satisfies, and what spaCy is given for it."""

    atoms: frozenset[str] = frozenset()
    spoken: str = _UNKNOWN


_STRANGE = Entry()
_NUMBER = Entry(atoms=NUMBERS, spoken="0")


class Anchors(dict[Entry, Index | None]):
    """The shapes that a word anchors, of those that may fire in one kind of zone; ask with `anchors[entry]`."""

    def __init__(self, anchored: Mapping[str, tuple[Shape, ...]], kind: ZoneKind, search: Search) -> None:
        """Only the shapes that belong to a search count."""
        super().__init__()
        self._anchored, self._kind, self._search = anchored, kind, search
        self._made: dict[frozenset[str], Index | None] = {}

    def __missing__(self, entry: Entry) -> Index | None:
        """Index the shapes of a word and keep them; words that are alike share one index."""
        if entry.atoms not in self._made:
            shapes = (shape for atom in sorted(entry.atoms) for shape in self._anchored.get(atom, ()))
            self._made[entry.atoms] = index_of([shape for shape in dict.fromkeys(shapes) if self._may_fire(shape)])
        index = self[entry] = self._made[entry.atoms]
        return index

    def _may_fire(self, shape: Shape) -> bool:
        return self._kind in shape.kinds and shape.search >= self._search


@dataclass(slots=True)
class _Known:
    """The forms that were looked up, and of these the ones without which some rule cannot do."""

    looked_up: set[str] = field(default_factory=set)
    telling: set[str] = field(default_factory=set)


class Lexicon(dict[str, Entry]):
    """Entries by the word as written; ask with `lexicon[word]`.

    Words that no rule knows share one entry: in it they stand for spaCy as a placeholder, so that the vocabulary does
    not grow with the mail that passes through.
    """

    def __init__(self, needed: Iterable[str], anchored: Mapping[str, tuple[Shape, ...]]) -> None:
        """`needed` are the atoms that any rule asks for."""
        super().__init__()
        self._needed = frozenset(needed)
        self._anchored = anchored
        self._anchors: dict[tuple[ZoneKind, Search], Anchors] = {}
        prefixes = [atom[:-1] for atom in self._needed if atom.endswith("*") and atom[0] not in "=~"]
        self._prefixes = frozenset(prefixes)
        self._beginnings = frozenset(prefix[:_BEGINNING] for prefix in prefixes)
        self._lengths = tuple(sorted({len(prefix) for prefix in prefixes}))
        self._spelling = Spelling(atom[1:] for atom in self._needed if atom[0] == "~")
        shapes = {shape for those in anchored.values() for shape in those}
        self._telling = {search: _telling(shape for shape in shapes if shape.search >= search) for search in Search}
        self._known = {search: _Known() for search in Search}

    def anchors(self, kind: ZoneKind, search: Search) -> Anchors:
        """Give what the words of a kind of zone anchor."""
        key = (kind, search)
        if key not in self._anchors:
            self._anchors[key] = Anchors(self._anchored, kind, search)
        return self._anchors[key]

    def known(self, forms: set[str], search: Search) -> list[tuple[str, Entry]]:
        """Give those of some forms without which something that is searched for cannot do."""
        known, telling = self._known[search], self._telling[search]
        new = forms - known.looked_up
        if new:
            known.looked_up |= new
            known.telling |= {form for form in new if not self[form].atoms.isdisjoint(telling)}
        return [(form, self[form]) for form in forms & known.telling]

    def __missing__(self, written: str) -> Entry:
        """Work an entry out and keep it; all ways to write a form share one."""
        form = form_of(written)
        entry = self[written] = self._entry(form) if form == written else self[form]
        return entry

    def trim(self) -> None:
        """Forget everything when it has become much; never while a message is being read."""
        if len(self) > _MOST_WORDS:
            self._known = {search: _Known() for search in Search}
            self._anchors.clear()
            self.clear()

    def atoms(self, form: str) -> frozenset[str]:
        """Give the atoms that a form satisfies."""
        return frozenset(self._atoms(form, stem(form)))

    def _entry(self, form: str) -> Entry:
        stemmed = stem(form)
        atoms = frozenset(self._atoms(form, stemmed))
        if not atoms:
            return _NUMBER if form.isdigit() else _STRANGE
        meant = next((atom[1:] for atom in atoms if atom[0] == "~" and atom[1:] != stemmed), "")
        if meant and (len(atoms) > 1 or stem(meant) != meant):  # a word that is known itself is no slip of another
            atoms, meant = atoms - {"~" + meant}, ""
        return Entry(atoms=atoms | NUMBERS if form.isdigit() else atoms, spoken=meant or form)

    def _atoms(self, form: str, stemmed: str) -> list[str]:
        exact, inflected = "=" + form, "~" + stemmed
        atoms = [exact] if exact in self._needed else []
        if inflected in self._needed:
            atoms.append(inflected)
        elif meant := self._spelling.meant(stemmed):
            atoms.append("~" + meant)
        if form[:_BEGINNING] in self._beginnings:
            atoms += [form[:length] + "*" for length in self._lengths if form[:length] in self._prefixes]
        return atoms


def _telling(shapes: Iterable[Shape]) -> frozenset[str]:
    """Give the atoms of which some shape cannot do without one."""
    return frozenset[str]().union(*{place for shape in shapes for place in shape.pattern.required})
