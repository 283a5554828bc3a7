"""Rating again: what is believed now, on what was used then; and what a draft would have made of it."""
