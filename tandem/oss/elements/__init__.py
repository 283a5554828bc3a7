"""The network's elements as drivers reach them: stage, diff, commit, confirm or roll back, read back;
reachability and credentials. Refuses to know why a change is wanted. Standards: each driver's protocol
(Osmocom CTRL and GSUP, NETCONF, SNMP, gNMI).
"""
