"""The remote side of the seam: the business half asks, follows and hears the operations half over TM Forum APIs.

It knows the standard's documents and nothing of the other half's rooms; what it keeps is what it has told already.
"""
