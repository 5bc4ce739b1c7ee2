"""Orders over HTTP: filters, serializers of lists and of one order, the viewset."""
