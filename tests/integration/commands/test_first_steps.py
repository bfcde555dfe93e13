"""What a newcomer calls first, and options that do nothing alone."""

import pytest


def test_a_database_that_is_not_made_yet_is_no_fault(statshop):
    said = statshop("doctor")[1]
    assert "ok   database: new; the first poll makes its tables" in said
    assert "key of erasures" not in said


def test_the_doctor_tries_whether_digests_can_be_written(statshop, house):
    assert f"ok   digests: may be written to {house}/var/digests" in statshop("doctor")[1]
    assert not (house / "var/digests").exists()
    for folder in ("/proc/digests", "config.toml"):
        (house / "config.toml").write_text(f'[digests]\nfolder = "{folder}"\n')
        status, said = statshop("doctor")
        assert (status, "FAIL digests: " in said) == (1, True)
        assert "Check the name, the permissions" in said


def test_the_doctor_says_how_much_disk_is_asked_for(statshop, house):
    (house / "config.toml").write_text("[alerts]\ndisk_free_megabytes = 999000000\n")
    assert "less than the 999,000,000 MB of alerts.disk_free_megabytes. Free some space." in statshop("doctor")[1]


def test_a_mistyped_archive_is_no_failed_run(statshop, house):
    (house / "notes.txt").write_text("no message at all")
    assert statshop("import", "notes.txt")[0] == 1
    assert "import" not in statshop("status")[1]


@pytest.mark.parametrize("options", [["--again"], ["--explain", "cohesion", "--issue"]])
def test_a_digest_asked_for_by_options_that_do_nothing_is_not_made(statshop, house, options):
    statshop("upgrade")
    status, said = statshop("digest", "2011-03", *options)
    assert status == 1
    assert "Nothing was done." in said
    assert not (house / "var/digests").exists()


@pytest.mark.parametrize("step", ["arguments", "run"])
def test_ctrl_c_ends_a_command_in_one_line_also_while_it_loads(statshop, monkeypatch, step):
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"pipeline.commands.status.{step}", interrupted)
    assert statshop("status") == (130, "Stopped. What was stored stays stored.\n")
