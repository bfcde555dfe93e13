"""Measurements printed by `./run bench`: never timed tests, always figures side by side in one run."""
