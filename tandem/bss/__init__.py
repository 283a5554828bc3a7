"""Business support: earns the revenue and keeps the customer. It refuses to know the OSS; what it needs of the
network it asks through the seam.
"""
