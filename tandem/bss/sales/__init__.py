"""Leads, opportunities, configured and approved quotes, and campaigns on consented segments with hold-out
groups. Refuses to place orders by itself and to own consent. Standards: TMF648 Quote, TMF699 Sales, TMF680
Recommendation.
"""
