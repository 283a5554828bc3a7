"""The pure decisions of billing: one file for each question."""
