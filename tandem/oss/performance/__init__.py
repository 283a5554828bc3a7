"""Measurements, indicators as formulas, thresholds and baselines. Refuses to raise alarms: it tells that a
threshold was crossed, and a journey does the rest. Standards: TMF628 Performance, TMF649 Performance
Threshold; 3GPP TS 28.550, TS 32.435.
"""
