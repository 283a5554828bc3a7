"""The audit's seal: a hash chain behind the append-only rows that every unit of work writes, and its verification.

Knows the table of audit rows and the chain; refuses to know what the rows mean.
"""
