"""Nchf decided without a network: the messages of a 5G core as typed values, their reading, and what they are told.

Standards: TS 32.291 (Nchf_ConvergedCharging, Nchf_OfflineOnlyCharging), TS 29.594 (spending limits), TS 29.500.
"""
