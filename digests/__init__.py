"""The month's figures, and one renderer a format."""
