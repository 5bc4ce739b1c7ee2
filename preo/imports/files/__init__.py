"""Files of rows: kept, understood, read in flat memory, and put into the database."""
