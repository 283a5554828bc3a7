"""What customers owe and pay: payments, allocation, refunds, direct debit, dunning, top-ups as requests
downwards to charging. Refuses to decide what is owed. Standards: TMF676 Payment, TMF670 Payment Method.
"""
