"""The `statshop` command: a file a group of commands, each imported only when called."""
