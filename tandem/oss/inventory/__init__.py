"""The one owner of services and resources: numbers, SIMs, sites, cables, ports, addresses, functions; their
links, lifecycles, reservations and quarantine. Refuses to talk to the network. Standards: TMF638 Service
Inventory, TMF639 Resource Inventory, TMF685 Resource Pool.
"""
