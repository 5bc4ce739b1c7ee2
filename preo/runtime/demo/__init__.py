"""An invented festival organization and a rival of it, written by set-based inserts."""
