"""CEL for conditions over customers: read, checked and compiled to SQL. Knows no table by itself."""
