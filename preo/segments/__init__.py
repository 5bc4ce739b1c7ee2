"""Groups of customers, named by a condition in CEL."""
