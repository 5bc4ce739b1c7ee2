"""From the words of a text to its tree."""
