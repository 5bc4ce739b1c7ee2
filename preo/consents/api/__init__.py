"""Consents over HTTP: what is given, what is taken, and the viewset."""
