"""What faults and measurements mean for services: impact and quality levels told through the seam. Refuses to
know customers and credits. Standards: TMF657 Service Quality, TMF656 Service Problem, TMF623 SLA.
"""
