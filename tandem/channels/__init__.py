"""People's places of work, one folder per desk, on top of one kit. A desk asks the rooms' doors and holds no
decision, no amount and no table.
"""
