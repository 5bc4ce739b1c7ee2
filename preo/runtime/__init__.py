"""Runs Preo on one machine: embedded PostgreSQL, supervisor, worker, demo and the command line."""
