"""What happened, written with the change itself, and the dispatcher that tells others."""
