"""Diameter as bytes and words, without a socket: messages, AVPs, and what a credit control request asks.

Standards: RFC 6733 (base), RFC 8506 and RFC 4006 (credit control), 3GPP TS 32.299 (Ro and Gy).
"""
