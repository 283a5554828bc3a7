"""The planning desk: what is free, used, reserved and stranded; what fills up when; plans checked before they
are applied.
"""
