"""Every write to consents, by what it is about: the consents themselves, what was answered."""
