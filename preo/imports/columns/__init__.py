"""What the columns of a file are: fields, header words, known sources, suggestions."""
