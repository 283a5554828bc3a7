"""Parties, the roles they play, customers and billing accounts: the one writable owner of who somebody is, whom
they belong to and who pays. Refuses to know what they bought, owe or said. Standards: TMF632 Party, TMF669
Party Role, TMF629 Customer, TMF666 Account.
"""
