"""What can be done to service and resource orders."""
