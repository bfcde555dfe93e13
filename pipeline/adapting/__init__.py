"""Settings and rule files for the team of another survey."""
