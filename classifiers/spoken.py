"""Raw token patterns as spaCy judges them; it is known here only.

Imported where rules hold such a pattern, which the packaged ones do not: spaCy is two thirds of what a worker imports.
"""

import spacy
from spacy.attrs import NORM  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.placing import Spans
from classifiers.shapes import Shape
from classifiers.words import stem


class Spoken:
    """spaCy's matchers, each made when its pattern is first looked for."""

    def __init__(self) -> None:
        self.vocab = vocabulary()
        self._matchers: dict[Shape, Matcher] = {}

    def spans(self, shape: Shape, words: list[str]) -> Spans:
        """Give what a raw token pattern matches of the words of a sentence."""
        matcher = self._matchers.get(shape) or self._matchers.setdefault(shape, self._matcher(shape))
        return [(start, end) for _, start, end in matcher(Doc(self.vocab, words=words))]

    def _matcher(self, shape: Shape) -> Matcher:
        matcher = Matcher(self.vocab, validate=False)  # rawtokens.py has checked it
        matcher.add("tokens", [[dict(token) for token in shape.pattern.tokens]])
        return matcher


def vocabulary() -> Vocab:
    """Give English words whose NORM is their stem: worked out once a form, kept by spaCy."""
    vocab: Vocab = spacy.blank("en").vocab
    vocab.lex_attr_getters[NORM] = stem  # type: ignore[attr-defined]  # missing in spaCy's own stubs
    for lexeme in vocab:  # those that spaCy made before
        lexeme.norm_ = stem(lexeme.text)
    return vocab
