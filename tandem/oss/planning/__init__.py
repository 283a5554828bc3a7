"""Demand forecasts, capacity plans and re-allocation within limits, each plan with a certificate that an
independent checker verifies. Refuses to apply a plan by itself. Standards: none published.
"""
