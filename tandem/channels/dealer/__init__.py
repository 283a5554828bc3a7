"""The outlet's desk, at /dealer: identity check, number, SIM, plan, agreement and activation while the customer
waits.
"""
