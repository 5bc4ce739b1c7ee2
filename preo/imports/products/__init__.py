"""The products that files name, and what they are here."""
