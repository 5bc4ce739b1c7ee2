"""Answers kept so that a repeated POST has one effect."""
