"""Which issues are due, and what goes into a mail."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.commands.jobs import DELIVERY, due_times
from pipeline.config import Settings
from pipeline.delivery import issues_due, letter, parcel
from pipeline.settings_tables import DeliverySettings
from storage.records import Issue

NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)


def issue(number: int = 1, month: str = "2011-03", *, days_ago: int = 0) -> Issue:
    return Issue(
        id=number,
        account="",
        month=month,
        number=number,
        status="provisional",
        issued_at=NOW - timedelta(days=days_ago),
        rules_version="r1",
        figures="{}",
        sha256="",
        message_ids=(),
    )


def write(folder: Path, **sizes: int) -> list[Path]:
    for ending, size in sizes.items():
        (folder / f"users-and-uses-2011-03.{ending}").write_bytes(b"x" * size)
    return sorted(folder.iterdir())


def test_only_the_newest_issue_of_a_month_is_due() -> None:
    assert [one.number for one in issues_due([issue(2), issue(1), issue(3, "2011-02", days_ago=8)], NOW)] == [2]


def test_an_older_issue_does_not_come_after_a_newer_one_has_aged() -> None:
    assert issues_due([issue(1), issue(2, days_ago=9)], NOW) == ()


def test_files_go_in_the_order_of_the_formats_as_far_as_they_fit(tmp_path: Path) -> None:
    chosen = parcel(write(tmp_path, html=10, ods=20, json=5, xlsx=90), ("xlsx", "ods", "html"), 50)
    assert [path.suffix for path in chosen.files] == [".ods", ".html"]
    assert chosen.left_out == ("users-and-uses-2011-03.xlsx",)


def test_the_data_dictionary_goes_with_the_tables_alone(tmp_path: Path) -> None:
    files = [*write(tmp_path, csv=10, json=10), tmp_path / "csv-metadata.json"]
    files[-1].write_bytes(b"{}")
    sent = {ending: {path.name for path in parcel(files, (ending,), 50).files} for ending in ("csv", "json")}
    assert sent["csv"] == {"users-and-uses-2011-03.csv", "csv-metadata.json"}
    assert sent["json"] == {"users-and-uses-2011-03.json"}


def test_a_letter_carries_the_files_under_plain_names(tmp_path: Path) -> None:
    content = parcel(write(tmp_path, html=10, ods=20), ("html", "ods"), 15)
    mail = letter(issue(), content, sender="s@x.org", recipient="a@x.org", organisation="The team", now=NOW)
    assert mail["Subject"] == "Users and uses, March 2011 (issue 1, provisional)"
    assert (mail["To"], mail["Auto-Submitted"]) == ("a@x.org", "auto-generated")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["users-and-uses-2011-03.html"]
    body = mail.get_body()
    assert body is not None
    assert "Too large for this message:\n  users-and-uses-2011-03.ods" in body.get_content()


def test_the_schedule_delivers_only_where_somebody_is_named() -> None:
    named = DeliverySettings(recipients=("a@x.org",), sender="s@x.org", host="localhost")
    assert DELIVERY not in due_times(Settings.model_construct())
    assert DELIVERY in due_times(Settings.model_construct(delivery=named))
