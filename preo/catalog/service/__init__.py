"""Writing the catalogue, a module for each noun."""
