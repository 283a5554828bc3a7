"""The care agent's desk: find a customer by anything, see all of them on one screen, explain a bill line and put
it right.
"""
