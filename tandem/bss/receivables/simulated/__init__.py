"""A payment service provider for demonstrations and tests, with faults on demand. It knows nothing of Tandem."""
