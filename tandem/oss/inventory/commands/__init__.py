"""What can be done to the inventory."""
