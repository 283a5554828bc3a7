"""Takes what customers pay, sets it against bills, and gives back what is due back. Refuses to see a card: it knows
tokens of a payment service provider, which it asks over HTTP. Standards: TMF676.
"""
