"""Benchmarks: each compares, in one run, ours with what a user would pick and with the floor."""
