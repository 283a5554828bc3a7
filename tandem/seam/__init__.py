"""What the two halves say to each other, and nothing else: frozen values, events and a handful of Protocols
(service specifications, feasibility, service orders, usage, service impact and quality). It knows neither
half; app binds each Protocol to the other half's own door or to a remote adapter.
"""
