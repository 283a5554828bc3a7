"""Makes one service or resource on the network what it should be, by the elements' drivers, and records it
through inventory's door. Refuses to order or to sequence. Standards: TMF640 Service Activation, TMF702
Resource Activation, as task exposures over inventory.
"""
