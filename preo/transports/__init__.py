"""Hands one e-mail to an SMTP server, or to the local inbox."""
