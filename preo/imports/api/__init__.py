"""Imports over HTTP: what is given, what is taken, and the viewsets."""
