"""Orders from elsewhere, by file or by API: checked, matched and written a chunk at a time."""
