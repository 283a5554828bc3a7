"""When X happened in this room, do Y in that one: one short file per policy that crosses rooms of the network
half. No arithmetic, no tables, and nothing about the other half.
"""
