"""The customer's own pages, at /my: offers, orders as they go, usage, bills with their reasons, payment. Shows
only what belongs to the customer who is logged in.
"""
