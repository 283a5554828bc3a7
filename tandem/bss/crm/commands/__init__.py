"""What is said to customers, and how it gets to them."""
