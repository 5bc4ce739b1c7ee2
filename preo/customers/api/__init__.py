"""Addresses to which nothing is sent, over HTTP."""
