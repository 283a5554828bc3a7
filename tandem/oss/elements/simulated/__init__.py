"""A home register for machines that have none: speaks osmo-hlr's CTRL and GSUP on real sockets, computes real
authentication vectors, keeps its subscribers through a kill, and fails on demand.
"""
