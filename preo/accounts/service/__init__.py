"""Every write of accounts, by noun."""
