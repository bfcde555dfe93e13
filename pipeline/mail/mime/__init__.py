"""Read the bytes of a message: caps, character sets, header fields, dates, addresses, parts."""
