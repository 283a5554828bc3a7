"""The laws of the house as code: imports, doors, purity, sizes, SQL, clock, money, errors, names."""
