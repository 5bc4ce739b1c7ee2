"""Taking in what others send, by a file or a call, split by what it does."""
