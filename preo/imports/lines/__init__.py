"""From rows as they stand in a file to order lines with typed values, and what is wrong with them."""
