"""RADIUS accounting, from octets to a real NAS."""
