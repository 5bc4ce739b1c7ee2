"""What an edition sells: products with variants and options, of vendors, at locations."""
