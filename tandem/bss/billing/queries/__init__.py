"""Reads for desks and for the room above: bills as people see them, and why they are so."""
