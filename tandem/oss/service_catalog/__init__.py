"""What the network can deliver: service and resource specifications, and how one decomposes into the other.
Refuses to know offerings and prices. Standards: TMF633 Service Catalog, TMF634 Resource Catalog.
"""
