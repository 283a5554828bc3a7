"""Finds leaks: orders, inventory, network and bills reconciled four ways, each difference a case with the money
at risk. Reads others' doors and refuses to correct their truths itself. Standards: TMF GB941.
"""
