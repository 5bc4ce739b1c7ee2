"""Imports: what other systems send or staff upload, and what became of it."""
