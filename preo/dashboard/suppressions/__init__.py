"""Pages of suppressed addresses: listed, added, lifted."""
