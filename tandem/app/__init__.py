"""The program: wiring, settings, HTTP server, worker, migrations and command line. Alone may open every room's
http, wire, reactions, jobs, seed and steps. It decides nothing about telecommunications.
"""
