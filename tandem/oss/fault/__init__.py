"""Alarms: reduced, correlated over the inventory graph, acknowledged, cleared. Refuses to know customers.
Standards: TMF642 Alarm; ITU-T X.733; 3GPP TS 28.532.
"""
