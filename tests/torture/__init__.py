"""The torture run: a real server behind a bad line, pollers that are killed, a database in trouble; nothing is lost."""
