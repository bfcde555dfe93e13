"""One renderer a format: each makes bytes of a digest, and the same digest makes the same bytes."""
