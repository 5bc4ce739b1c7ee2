"""Taking an import back: what it made goes, what it changed is restored, what was touched since stays."""
