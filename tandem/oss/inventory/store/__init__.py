"""The inventory's tables: services and resources as documents, and narrow tables for pools, keys, owners and links."""

from tandem.oss.inventory.store import entities, graph, keys, links, owners, pools

__all__ = ["entities", "graph", "keys", "links", "owners", "pools"]
