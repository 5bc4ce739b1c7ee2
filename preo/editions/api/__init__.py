"""Editions over HTTP: what is given, what is taken, the choices of the forms, the viewset."""
