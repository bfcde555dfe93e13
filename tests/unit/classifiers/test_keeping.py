"""Rules of one's own, kept: a bad edit never replaces rules that work, and no run changes its rules half-way."""

import multiprocessing
import resource
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.small_rules import add_needed_tags

from classifiers.errors import RuleError, RulesNotKept, RulesUnreadable
from classifiers.keeping import ever_worked, mistakes_in, working_rules
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText, Verdict

GOOD = """
dimension = "product"

[[tag]]
id = "trees"
title = "Trees"

[[rule]]
id = "trees.named"
tag = "trees"
phrases = ["tall trees"]
ok = ["No: tall trees."]
not = ["tall men"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of rules with one good file."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "products.toml").write_text(GOOD)
    add_needed_tags(folder)
    return folder


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    """Give the folder that holds the copies."""
    return tmp_path / "var" / "rules"


def test_good_rules_are_used_from_a_copy(folder: Path, keep: Path) -> None:
    working = working_rules(folder, keep)
    (folder / "products.toml").write_text("[[")
    assert working.version == load_rules(working.folder).version
    assert working.problems == ()


def test_copy_of_rules_under_version_control_is_made_once(folder: Path, keep: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    before = working_rules(folder, keep)
    made = before.folder.stat().st_ino
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
    assert working_rules(folder, keep) == before
    assert before.folder.stat().st_ino == made


def test_bad_edit_does_not_replace_rules_that_work(folder: Path, keep: Path) -> None:
    before = working_rules(folder, keep)
    (folder / "products.toml").write_text(GOOD + "[[")
    after = working_rules(folder, keep)
    assert (after.folder, after.version) == (before.folder, before.version)
    assert len(after.problems) == 1
    assert mistakes_in(folder, keep) == tuple(str(problem) for problem in after.problems)


def test_mended_rules_are_used_again(folder: Path, keep: Path) -> None:
    working_rules(folder, keep)
    (folder / "products.toml").write_text("[[")
    working_rules(folder, keep)
    (folder / "products.toml").write_text(GOOD.replace("tall trees", "old trees"))
    mended = working_rules(folder, keep)
    assert "old trees" in (mended.folder / "products.toml").read_text()
    assert mistakes_in(folder, keep) == ()


def test_going_back_to_earlier_rules_keeps_them_as_the_last(folder: Path, keep: Path) -> None:
    first = working_rules(folder, keep)
    (folder / "products.toml").write_text(GOOD + "# a remark\n")
    working_rules(folder, keep)
    (folder / "products.toml").write_text(GOOD)
    working_rules(folder, keep)
    (folder / "products.toml").write_text("[[")
    assert working_rules(folder, keep).version == first.version


def test_rules_that_never_worked_are_refused(folder: Path, keep: Path) -> None:
    (folder / "products.toml").write_text("[[")
    with pytest.raises(RulesUnreadable):
        working_rules(folder, keep)


def test_mail_does_not_go_on_by_copies_that_this_program_refuses(
    folder: Path, keep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working_rules(folder, keep)
    (folder / "products.toml").write_text("[[")
    working_rules(folder, keep)
    assert ever_worked(folder, keep)
    with monkeypatch.context() as newer:  # a program that refuses what the one of the copy passed over
        newer.setattr("classifiers.usable.usable_rules", refused)
        with pytest.raises(RulesUnreadable):
            working_rules(folder, keep)
        assert (ever_worked(folder, keep), len(mistakes_in(folder, keep))) == (False, 1)
    working_rules(folder, keep)  # the older program again
    assert ever_worked(folder, keep)


def refused(folder: Path) -> Rulebook:
    raise RulesUnreadable((RuleError(file="products.toml", line=1, rule="trees.named", reason="it is refused"),))


def test_folder_that_is_gone_leaves_the_copy_in_use(folder: Path, keep: Path) -> None:
    before = working_rules(folder, keep)
    shutil.rmtree(folder)
    assert working_rules(folder, keep).version == before.version


def test_folders_do_not_share_their_copies(folder: Path, keep: Path, tmp_path: Path) -> None:
    working_rules(folder, keep)
    other = tmp_path / "other"
    other.mkdir()
    (other / "products.toml").write_text("[[")
    with pytest.raises(RulesUnreadable):
        working_rules(other, keep)


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file grow beyond eight bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_disk_leaves_rules_in_use_that_are_kept(folder: Path, keep: Path) -> None:
    before = working_rules(folder, keep)
    with no_room():
        assert working_rules(folder, keep) == before


def test_full_disk_is_told_where_rules_are_new(folder: Path, keep: Path) -> None:
    with no_room(), pytest.raises(RulesNotKept, match=r"cannot be copied to \S+: File too large\. Check"):
        working_rules(folder, keep)
    assert working_rules(folder, keep).version == load_rules(folder).version


def test_full_disk_and_a_bad_edit_leave_rules_in_use_that_are_kept(folder: Path, keep: Path) -> None:
    before = working_rules(folder, keep)
    (folder / "products.toml").write_text(GOOD + "[[")
    with no_room():
        after = working_rules(folder, keep)
    assert (after.folder, len(after.problems)) == (before.folder, 1)


@pytest.mark.parametrize("left", ["", GOOD[:40], GOOD + "# one more line"])
def test_copy_that_is_not_what_it_was_is_made_anew(folder: Path, keep: Path, left: str) -> None:
    before = working_rules(folder, keep)
    (before.folder / "products.toml").write_text(left)
    assert working_rules(folder, keep) == before
    assert (before.folder / "products.toml").read_text() == GOOD


def test_damaged_copy_is_not_what_a_bad_edit_falls_back_on(folder: Path, keep: Path) -> None:
    first = working_rules(folder, keep)
    (folder / "products.toml").write_text(GOOD + "# a remark\n")
    last = working_rules(folder, keep)
    (last.folder / "products.toml").write_text(GOOD + "# cut")
    (folder / "products.toml").write_text("[[")
    assert working_rules(folder, keep).folder == first.folder


def test_place_taken_by_something_else_is_made_free(folder: Path, keep: Path) -> None:
    before = working_rules(folder, keep)
    shutil.rmtree(before.folder)
    before.folder.touch()
    assert working_rules(folder, keep) == before
    assert before.folder.is_dir()


def test_many_at_once_use_the_same_whole_copy(folder: Path, keep: Path) -> None:
    before = working_rules(folder, keep)
    (before.folder / "products.toml").write_text("")
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as others:
        found = list(others.map(working_rules, [folder] * 8, [keep] * 8))
    assert found == [before] * 8
    assert load_rules(before.folder).version == before.version


def test_old_copies_are_forgotten(folder: Path, keep: Path) -> None:
    for number in range(14):
        (folder / "products.toml").write_text(f"{GOOD}# {number}\n")
        working = working_rules(folder, keep)
    copies = [path for path in working.folder.parent.iterdir() if path.is_dir()]
    assert len(copies) == 10
    assert working.folder in copies


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(GOOD.replace('tag = "trees"', 'tag = ["trees", "men"]'), id="another kind of value"),
        pytest.param(GOOD.replace("[[rule]]", "[rule]"), id="one bracket"),
    ],
)
def test_edit_of_a_wrong_kind_leaves_the_last_rules_in_use(folder: Path, keep: Path, edit: str) -> None:
    before = working_rules(folder, keep)
    (folder / "products.toml").write_text(edit)
    after = working_rules(folder, keep)
    assert after.folder == before.folder
    assert "products.toml" in mistakes_in(folder, keep)[0]


def test_rules_that_fail_when_they_are_used_leave_the_last_in_use(
    folder: Path, keep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, verdict = working_rules(folder, keep), Tagger.verdict

    def fails(tagger: Tagger, message: MessageText) -> Verdict:
        if tagger.rulebook.rule("trees.new"):
            raise OverflowError("math range error")
        return verdict(tagger, message)

    monkeypatch.setattr(Tagger, "verdict", fails)
    (folder / "products.toml").write_text(GOOD.replace("trees.named", "trees.new"))
    after = working_rules(folder, keep)
    assert after.folder == before.folder
    assert "the program cannot use these rules (OverflowError: math range error)" in mistakes_in(folder, keep)[0]
    assert len(list(before.folder.parent.glob("[!.]*/"))) == 1  # the bad ones are not kept
