"""A month of messages counted: coded records, tables of figures, lists. All of it is pure."""
