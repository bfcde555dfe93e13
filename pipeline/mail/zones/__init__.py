"""Tell the parts of a body apart, line by line: pure functions on text, each line looked at a few times."""
