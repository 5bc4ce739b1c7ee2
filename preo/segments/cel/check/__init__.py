"""The checker: names resolved, every part typed, all mistakes told at once."""
