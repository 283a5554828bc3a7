"""The inventory's tables: services and resources as documents, and narrow tables for pools, keys, owners and links."""
