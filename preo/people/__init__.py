"""The tag User: all that is known of one person across the slices, and its end."""
