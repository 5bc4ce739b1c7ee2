"""The catalogue over HTTP: what is given, what is taken, the filters, a viewset for each noun."""
