"""Every write to segments, by what it is about: segments, what they name, calculations."""
