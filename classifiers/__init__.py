"""Text in, verdict out: the rules that tag a message. Imports nothing of ours."""
