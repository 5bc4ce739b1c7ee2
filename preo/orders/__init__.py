"""Carts, orders, their payments and purchases: the only writer of order money."""
