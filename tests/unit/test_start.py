"""Commands that have to be fast load nothing heavy: the rules, the parsers and the sheets stay where they are."""

import ast
import subprocess
import sys

import pytest

HEAVY = ("spacy", "mailparser", "lxml", "pandas", "numpy", "alembic", "fastapi", "imapclient", "openpyxl", "odfdo")


@pytest.mark.parametrize("module", ["main", "status", "doctor", "user", "export", "poll", "poll_all"])
def test_a_light_command_loads_nothing_heavy(module: str) -> None:
    allowed = {"doctor": {"imapclient"}, "poll_all": {"imapclient"}}.get(module, set())
    script = f"import sys, pipeline.commands.{module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stdout))
    assert loaded <= allowed


def test_the_packaged_rules_are_read_without_spacy_and_what_reads_documents() -> None:
    script = "import sys; from pipeline.flow.reading import packaged_tagger; packaged_tagger(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"spacy", "numpy", "pypdf", "docx", "openpyxl", "odfdo"} & set(done.stdout.split())


def test_a_poll_has_the_rules_loading_before_it_imports_its_own_parts() -> None:
    script = "import sys, pipeline.commands.poll; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"pydantic", "sqlalchemy", "pebble", "rich"} & set(done.stdout.split())
