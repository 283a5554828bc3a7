"""Diameter Gy and Ro, from octets to real peers."""
