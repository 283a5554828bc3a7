"""The web edge: who is asking, request ids, limits, errors as pages or bodies, logs, metrics, and the live stream.

Everything here is plain ASGI around a router; it knows no page and no entity. Async lives here and nowhere below.
"""
