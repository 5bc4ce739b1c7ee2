"""Pages of customers: the list, one person with all that is known, and its merging and erasing."""
