"""Tables in plain text (.csv, .tsv): the separator is found by looking, each row becomes one line."""

import csv

from pipeline.mail.documents.lines import Gathered

_SEPARATORS = ",;\t|"


def read_separated(text: str, out: Gathered) -> None:
    """Gather the rows of a table; a file that is none is kept as it stands."""
    head = text[:5_000]
    separator = max(_SEPARATORS, key=head.count)
    try:
        for row in csv.reader(text.split("\n"), delimiter=separator):
            out.add_row(row)
    except csv.Error:
        for line in text.split("\n"):
            out.add(line)
