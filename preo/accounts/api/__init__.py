"""Accounts over HTTP: signing in, who asks, members, API keys, organizations."""
