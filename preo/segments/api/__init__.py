"""Segments over HTTP: what is given, what is taken, and viewsets for segments, people, conditions."""
