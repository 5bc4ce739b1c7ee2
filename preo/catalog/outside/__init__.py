"""Products of orders from elsewhere: found by what the orders call them, or made as drafts."""
