"""Bills: cycles, recurring charges in advance and in arrears, proration, discounts, tax, documents and credit
notes. Lines sum to the bill and open to their causes. Refuses to rate usage (charging) and to take payments
(receivables). Standards: TMF678 Customer Bill; EN 16931.
"""
