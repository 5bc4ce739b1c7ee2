"""People over HTTP: the list, one of them with what is known, changes."""
