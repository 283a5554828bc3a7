"""Product orders from the basket to completion or cancellation: checks, decomposition into service orders across
the seam, states, fall-out and the point of no return. Refuses to know how a service is built. Standards:
TMF622 Product Ordering, TMF663 Shopping Cart, TMF679 Product Offering Qualification.
"""
