"""Wiring only: settings, every route on one screen, the WSGI entry."""
