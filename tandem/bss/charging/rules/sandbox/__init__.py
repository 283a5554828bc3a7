"""A sandbox for tariffs: rate uses by tariffs from files, from a state that is told, and say of everything why.

It knows no database. `terms.sandbox` has the words of its files, `reading` reads them and names faults by file,
line and place, `trying` rates, `telling` says what came out.
"""
