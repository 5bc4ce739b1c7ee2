"""Tests of CEL: each phase by itself, on small schemas."""
