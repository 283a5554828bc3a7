"""The B2B sales desk: lead, opportunity, configured and approved quote, agreement and order, with nothing typed
twice.
"""
