"""The double-entry postings that charging, billing and receivables write in their own transactions: per
currency, tenant and period debits equal credits, and each entry names its cause. Refuses to decide any
amount. Standards: none published; the rules are those of double-entry bookkeeping.
"""
