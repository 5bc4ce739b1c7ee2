"""The organizations that run events: the tenants."""
