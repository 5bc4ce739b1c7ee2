"""The pages of data imports: their list, bringing a file, and one import from its file to its orders."""
