"""The staff pages: the same reads, rights and services as the API, as HTML."""
