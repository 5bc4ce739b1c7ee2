"""What is done to people across the slices."""
