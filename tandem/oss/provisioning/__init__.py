"""Service and resource orders: a checked plan of tasks, carried out as durable steps, undone when one fails,
retried by a person. Refuses to know products. Standards: TMF641 Service Ordering, TMF652 Resource Ordering,
TMF645 Service Qualification.
"""
