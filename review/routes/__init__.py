"""The routes, a file a group of pages."""
