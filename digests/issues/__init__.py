"""What is frozen, what has changed since, and what is taken out of an issue."""
