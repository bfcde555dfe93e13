"""The page's doings as JSON, for scripts and notebooks."""
