"""Where in a sentence the words of a pattern stand in order and near enough.

The places of a sentence are the bits of a number, the first word the lowest: so all places that a step can take are
found by moving bits, whatever their number.
"""

from collections.abc import Iterable

from classifiers.compiling import Taken, Way

Spans = list[tuple[int, int]]  # first word, and the one behind the last


class Places(dict[Taken, int]):
    """The places at which an atom stands, or one of several, worked out when first asked for: `places[step.takes]`."""

    def __init__(self, words: Iterable[frozenset[str]]) -> None:
        """Number the words of a sentence, of which each has its atoms."""
        super().__init__()
        bit = 1
        for atoms in words:
            for atom in atoms:
                self[atom] = self.get(atom, 0) | bit
            bit <<= 1
        self._there = frozenset(self)

    def __missing__(self, taken: Taken) -> int:
        """Join the places of all that are there."""
        places = 0
        if not isinstance(taken, str):
            for atom in self._there & taken:
                places |= self[atom]
        self[taken] = places
        return places


def stretches(steps: Way, places: Places) -> Spans:
    """Give the stretches of a sentence in which steps stand in order and near enough, each once."""
    begins, later = places[steps[0].takes], steps[1:]
    found = []
    while begins:
        begin = begins & -begins
        begins ^= begin
        ends = begin
        for step in later:
            ends <<= 1
            for shift in step.shifts:
                ends |= ends << shift
            ends &= places[step.takes]
            if not ends:
                break
        first = begin.bit_length() - 1
        while ends:
            end = ends & -ends
            ends ^= end
            found.append((first, end.bit_length()))
    return found
