"""Interactions, communications, tickets and complaints with their clocks: what was said to whom, when and over
which channel. Refuses to own who the customer is (party) or what they have (subscriptions). Standards: TMF681
Communication, TMF683 Party Interaction, TMF621 Trouble Ticket.
"""
