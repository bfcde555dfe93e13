"""Where in a sentence the words of a pattern stand in order and near enough.

The places of a sentence are the bits of a number, the first word the lowest: so all places that a step can take are
found by moving bits, whatever their number.
"""

from collections.abc import Iterable, Mapping

from classifiers.compiling import Way

Spans = list[tuple[int, int]]  # first word, and the one behind the last


class Places(dict[frozenset[str], int]):
    """The places at which one of some atoms stands, worked out when first asked for: `places[step.atoms]`."""

    def __init__(self, by_atom: Mapping[str, int]) -> None:
        """`by_atom` gives the places of each atom that is there."""
        super().__init__()
        self._by_atom, self._there = by_atom, frozenset(by_atom)

    def __missing__(self, atoms: frozenset[str]) -> int:
        """Join the places of all that are there."""
        places = 0
        for atom in self._there & atoms:
            places |= self._by_atom[atom]
        self[atoms] = places
        return places


def places_of(words: Iterable[frozenset[str]]) -> Places:
    """Give the places of a sentence from the atoms of each of its words."""
    by_atom: dict[str, int] = {}
    bit = 1
    for atoms in words:
        for atom in atoms:
            by_atom[atom] = by_atom.get(atom, 0) | bit
        bit <<= 1
    return Places(by_atom)


def stretches(steps: Way, places: Places) -> Spans:
    """Give the stretches of a sentence in which steps stand in order and near enough, each once."""
    begins, later = places[steps[0].atoms], steps[1:]
    found = []
    while begins:
        begin = begins & -begins
        begins ^= begin
        ends = begin
        for step in later:
            ends <<= 1
            for shift in step.shifts:
                ends |= ends << shift
            ends &= places[step.atoms]
            if not ends:
                break
        first = begin.bit_length() - 1
        while ends:
            end = ends & -ends
            ends ^= end
            found.append((first, end.bit_length()))
    return found
