"""The settings reach the digest: who saw it before, when a month is final, whether pending messages count."""

from pathlib import Path

from pipeline.commands.digesting import digest_options
from pipeline.config import load_settings


def test_the_settings_of_a_digest_reach_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    words = 'pre_release = ["The Minister", "Head of Profession"]\ncount_pending = false\nfinal_after_months = 3\n'
    file.write_text(f'[digests]\n{words}small_count_below = 10\n[schedule]\ndigest_time = "07:00"\n')
    options = digest_options(load_settings(file, {}))
    assert options.pre_release == ("The Minister", "Head of Profession")
    assert (options.count_pending, options.final_after_months, options.small_count_below) == (False, 3, 10)
    assert options.issue_time == "07:00"
