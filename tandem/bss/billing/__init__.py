"""Draws up each account's bill once a month: what is due in advance with its days counted, what was used, tax, number,
document. Refuses to know how it is paid: payments come from above by its door. Standards: TMF678.
"""
