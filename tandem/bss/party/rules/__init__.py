"""Pure decisions about parties, customers and accounts."""
