"""What each customer has and what was agreed: the product inventory and agreements. Ordering changes it by its
door; charging, billing and care read it. Refuses to know prices' arithmetic and the network's side.
Standards: TMF637 Product Inventory, TMF651 Agreement.
"""
