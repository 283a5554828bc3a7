"""Wholesale, roaming, content and dealer partners: what is owed between operators and partners, and its
settlement. Refuses to rate retail usage and to post money except by the ledger's door. Standards: TMF668
Partnership, TMF738 Revenue Sharing; GSMA TAP and BCE.
"""
