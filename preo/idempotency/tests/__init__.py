"""Tests of answers that are given again."""
