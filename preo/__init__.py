"""Preo: the administration and operations API of an event-commerce platform."""
