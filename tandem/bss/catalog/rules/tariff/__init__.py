"""What use costs: from the catalogue's documents to a `Tariff`, by two times, and what speaks against it."""
