"""RADIUS accounting as bytes and words, without a socket: packets, what they report, and counters that only grow.

Standards: RFC 2866 (accounting), RFC 2869 (extensions), RFC 5176 (disconnecting), RFC 5997 (status of a server).
"""
