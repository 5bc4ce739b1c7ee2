"""Customers of orders from elsewhere: found by what the orders say of them, or made."""
