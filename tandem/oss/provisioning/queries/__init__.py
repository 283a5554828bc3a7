"""Reads: orders and their plans, and whether something could be delivered."""
