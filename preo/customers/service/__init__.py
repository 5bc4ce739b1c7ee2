"""Writes of customers, and of addresses to which nothing is sent any more."""
