"""The kernel: money, time, identity, storage, events, steps, access, audit and the standard's REST rules.

It knows no telecom noun. It owns the tables that start with `kernel_`, and every rule that all rooms must share to be
safe under concurrency, repetition and a kill at any line.
"""
