"""The database: everything that knows SQL. Imports nothing of ours."""
