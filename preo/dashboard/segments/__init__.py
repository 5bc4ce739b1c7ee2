"""The pages of segments: their list, one of them, and the builder in which a condition is written."""
