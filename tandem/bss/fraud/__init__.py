"""Finds fraud: rules and scores over events, cases with evidence, blocks with an expiry. Refuses to block
without telling who, why and until when. Standards: TMF696 Risk Management.
"""
