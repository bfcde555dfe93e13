"""What each written word means to the rules, worked out once a word and kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from classifiers.shapes import Index, Shape, index_of
from classifiers.spelling import Spelling
from classifiers.words import form_of, stem

_MOST_WORDS = 60_000
_UNKNOWN = "\u00b7"


@dataclass(slots=True, eq=False)
class Entry:
    """A written word: the atoms of rules that it satisfies, the shapes it anchors, and what spaCy is given for it.

    `cues` are the shapes that tell what is automatic, bulk or unwanted.
    """

    atoms: frozenset[str] = frozenset()
    shapes: Index | None = None
    cues: Index | None = None
    spoken: str = _UNKNOWN
    is_number: bool = False


_STRANGE = Entry()
_NUMBER = Entry(spoken="0", is_number=True)


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
        self._made: dict[frozenset[str], tuple[Index | None, Index | None]] = {}
        prefixes = [atom[:-1] for atom in self._needed if atom.endswith("*") and atom[0] not in "=~"]
        self._prefixes = frozenset(prefixes)
        self._lengths = tuple(sorted({len(prefix) for prefix in prefixes}))
        self._spelling = Spelling(atom[1:] for atom in self._needed if atom[0] == "~")
        shapes = {shape for those in anchored.values() for shape in those if shape.is_cue}
        self._of_cues = frozenset(atom for shape in shapes for place in shape.pattern.required for atom in place)
        self._idle: set[str] = set()  # forms that no rule knows
        self._idle_for_cues: set[str] = set()

    def known(self, forms: set[str], *, for_cues: bool) -> list[tuple[str, Entry]]:
        """Give those of some forms that any rule, or any of the cues, asks for."""
        idle = self._idle_for_cues if for_cues else self._idle
        known = []
        for form in forms - idle:
            entry = self[form]
            if entry.atoms.isdisjoint(self._of_cues) if for_cues else not entry.atoms:
                idle.add(form)
            else:
                known.append((form, entry))
        return known

    def __missing__(self, written: str) -> Entry:
        """Work an entry out and keep it; all ways to write a form share one."""
        form = form_of(written)
        entry = self[written] = self._entry(form) if form == written else self[form]
        return entry

    def trim(self) -> None:
        """Forget everything when it has become much; never while a message is being read."""
        if len(self) > _MOST_WORDS:
            for words in (self, self._idle, self._idle_for_cues):
                words.clear()

    def atoms(self, form: str) -> frozenset[str]:
        """Give the atoms that a form satisfies."""
        return frozenset(self._atoms(form))

    def _entry(self, form: str) -> Entry:
        atoms = self.atoms(form)
        if not atoms:
            return _NUMBER if form.isdigit() else _STRANGE
        meant = next((atom[1:] for atom in atoms if atom[0] == "~" and atom[1:] != stem(form)), "")
        if meant and (len(atoms) > 1 or stem(meant) != meant):  # a word that is known itself is no slip of another
            atoms, meant = atoms - {"~" + meant}, ""
        shapes, cues = self._indexes(atoms)
        return Entry(atoms=atoms, shapes=shapes, cues=cues, spoken=meant or form, is_number=form.isdigit())

    def _indexes(self, atoms: frozenset[str]) -> tuple[Index | None, Index | None]:
        """Give the shapes that some atoms anchor, and those of cues among them; made once for words that are alike."""
        made = self._made.get(atoms)
        if made is None:
            shapes = tuple(dict.fromkeys(shape for atom in sorted(atoms) for shape in self._anchored.get(atom, ())))
            cues = tuple(shape for shape in shapes if shape.is_cue)
            made = self._made[atoms] = index_of(shapes), index_of(cues)
        return made

    def _atoms(self, form: str) -> Iterator[str]:
        exact, stemmed = "=" + form, stem(form)
        if exact in self._needed:
            yield exact
        if "~" + stemmed in self._needed:
            yield "~" + stemmed
        elif meant := self._spelling.meant(stemmed):
            yield "~" + meant
        for length in self._lengths:
            if len(form) >= length and form[:length] in self._prefixes:
                yield form[:length] + "*"
