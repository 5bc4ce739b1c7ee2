"""The checked tree as SQL: for the whole set of customers, or for given ones."""
