"""Letters that came to the team in March 2011, and a house that has them still to import."""

from pathlib import Path

JANE_DOE = "Jane Doe <jane.doe@example.org>"


def letter(number: int, words: str, *, sender: str = JANE_DOE, subject: str = "Use") -> str:
    """Write a letter, which the server of `lay_out`'s settings received on that day of the month."""
    date = f"Tue, {number} Mar 2011 10:00:00 +0000"
    return (
        f"From: {sender}\nTo: team@example.org\nSubject: {subject}\nMessage-ID: <{number}@example.org>\n"
        f"Date: {date}\nReceived: from x by y; {date}\n\n{words}\n"
    )


def lay_out(house: Path, *letters: str, site: str = "") -> Path:
    """Write the settings, with more lines on the site, and the letters; give the folder that they lie in."""
    (house / "config.toml").write_text(f'[site]\nmail_hosts = ["y"]\n{site}')
    folder = house / "mail"
    folder.mkdir()
    for number, each in enumerate(letters, 1):
        (folder / f"{number}.eml").write_text(each)
    return folder
