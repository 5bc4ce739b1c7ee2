"""Tests of what happened, and of those who are told."""
