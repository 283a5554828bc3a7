"""What can be sold: product specifications, offerings, prices, bundles, rules and eligibility, in versions with
effective dates. Refuses to know who bought what, and how the network delivers it (it keeps only references to
service specifications). Standards: TMF620 Product Catalog.
"""
