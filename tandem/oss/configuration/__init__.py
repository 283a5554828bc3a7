"""What is configured on each element: backup, difference, drift, compliance and change windows. Refuses to
decide what a service needs. Standards: TMF664 Resource Function Activation, TMF655 Change Management; NETCONF
and YANG.
"""
