"""The pages of the catalogue: a module for each noun, all over the API's own viewsets."""
